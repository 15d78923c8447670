package dev.tombola.kernel;

/// The status codes of `tombola.h`, in its order.
public enum Status {
    OK("done"),
    NULL("a pointer is null"),
    SHAPE("the operands' sizes do not agree"),
    UNALIGNED("a block of floats does not start on a 64-byte boundary"),
    RANGE("an index, a label, an iteration or a constant lies outside its range"),
    ISA_UNKNOWN("the library has no instruction set of that name"),
    ISA_UNSUPPORTED("this processor or operating system does not run that instruction set"),
    FLOAT_MODE(
            "flush-to-zero, a rounding mode other than to nearest, or traps are on: results would differ, or not come"),
    DEVICE("the GPU refused a call, or failed in an earlier one"),
    UNFIT("not among what a GPU does for a resident network"),
    THREADS("the system starts fewer threads than were asked for"),
    FULL("the GPU has no memory left for what a call needs");

    /// `values()` makes a copy at each call, and this is asked for in every step.
    private static final Status[] BY_CODE = values();

    private final String sentence;

    Status(String sentence) {
        this.sentence = sentence;
    }

    /// What went wrong, as part of a sentence.
    public String sentence() {
        return sentence;
    }

    static Status of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalStateException("the native library returned the unknown status " + code);
        }
        return BY_CODE[code];
    }
}
