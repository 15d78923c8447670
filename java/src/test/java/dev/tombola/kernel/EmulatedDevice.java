package dev.tombola.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;

/// The processor that stands in for a GPU (native/test/emulated), with the CUDA kernels built for it.
public final class EmulatedDevice extends Device {
    private static final String FILE = "libtombola_cuda_emulated.so";

    private final long free;

    /// A device with plenty of memory.
    public EmulatedDevice() {
        this(1L << 30);
    }

    /// @param free bytes of memory, however much of it is taken
    public EmulatedDevice(long free) {
        super(library());
        this.free = free;
    }

    static NativeLibrary library() {
        String platform = NativeLibrary.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        assumeTrue(
                EmulatedDevice.class.getResource("/dev/tombola/native/" + platform + "/" + FILE) != null,
                "the CUDA kernels are not tested here: they are emulated where there is a C++ compiler");
        return NativeLibrary.load(FILE, platform);
    }

    @Override
    public String name() {
        return "a processor in place of a GPU";
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // whoever asked for it closes it
    public Arena memory() {
        return Arena.ofShared();
    }

    @Override
    long free() {
        return free;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker")
    Arena hostMemory() {
        return Arena.ofShared();
    }

    @Override
    Queue queue() {
        return new EmulatedQueue(library());
    }
}
