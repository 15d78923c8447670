package dev.tombola.kernel;

/// A kernel refused its operands: names the operation, the shapes, the backend and the instruction set. Or a GPU
/// failed.
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;
    private final boolean lost;

    /// @param operands the operands' shapes, such as `weights [100×784] dense, x [300×60]`
    public KernelException(String operation, String kernels, Status status, String operands) {
        super("%s (%s): %s: %s".formatted(operation, kernels, status.sentence(), operands));
        this.status = status;
        this.lost = status == Status.DEVICE;
    }

    private KernelException(String message, Throwable cause) {
        super(message, cause);
        this.status = Status.DEVICE;
        this.lost = false;
    }

    /// A failure of a GPU's that may still do other work.
    ///
    /// @param message all of it
    public static KernelException ofDevice(String message, Throwable cause) {
        return new KernelException(message, cause);
    }

    /// The refusal of an operation.
    ///
    /// @param operands name, operand, name, operand, …
    public static KernelException of(String operation, Kernels kernels, Status status, Object... operands) {
        StringBuilder shapes = new StringBuilder();
        for (int i = 0; i < operands.length; i += 2) {
            shapes.append(i == 0 ? "" : ", ").append(operands[i]).append(' ').append(operands[i + 1]);
        }
        return new KernelException(operation, kernels.name(), status, shapes.toString());
    }

    public Status status() {
        return status;
    }

    /// Whether a GPU is what failed, and no training: another may do the same work.
    public boolean isOfDevice() {
        return status == Status.DEVICE;
    }

    /// Whether it is a GPU that does nothing more for this process.
    public boolean isOfLostDevice() {
        return lost;
    }
}
