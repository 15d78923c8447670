package dev.tombola.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.tensor.MirroredArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The processor that stands in for a GPU (native/test/emulated), with the CUDA kernels built for it.
public class EmulatedDevice extends Device {
    private static final String FILE = "libtombola_cuda_emulated.so";

    private final long free;
    private final long largest;
    private final Map<Long, Arena> blocks = new ConcurrentHashMap<>();

    /// A device with plenty of memory.
    public EmulatedDevice() {
        this(1L << 30);
    }

    /// @param free bytes of memory, however much of it is taken
    public EmulatedDevice(long free) {
        this(free, Long.MAX_VALUE);
    }

    /// @param largest bytes of a block that it gives, whatever is free
    public EmulatedDevice(long free, long largest) {
        super(library());
        this.free = free;
        this.largest = largest;
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
    public MirroredArena memory() {
        Arena arena = Arena.ofShared();
        return new MirroredArena() {
            @Override
            public MemorySegment allocate(long byteSize, long byteAlignment) {
                return arena.allocate(byteSize, byteAlignment);
            }

            @Override
            public MemorySegment send(MemorySegment written) {
                return arena.allocate(written.byteSize(), 64).copyFrom(written);
            }

            @Override
            public MemorySegment.Scope scope() {
                return arena.scope();
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // release closes it
    long allocate(long bytes) {
        if (bytes > largest) {
            throw new DeviceFullException("The emulated device was asked to give %,d bytes.".formatted(bytes));
        }
        Arena arena = Arena.ofShared();
        long address = arena.allocate(bytes, 64).address();
        blocks.put(address, arena);
        return address;
    }

    @Override
    long free() {
        return free;
    }

    @Override
    long size() {
        return free;
    }

    @Override
    void release(long address) {
        blocks.remove(address).close();
    }

    @Override
    void send(MemorySegment from, long address) {
        at(address, from.byteSize()).copyFrom(from);
    }

    @Override
    void fetch(long address, MemorySegment to) {
        to.copyFrom(at(address, to.byteSize()));
    }

    @SuppressWarnings("restricted")
    private static MemorySegment at(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
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
