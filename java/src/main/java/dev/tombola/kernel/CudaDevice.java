package dev.tombola.kernel;

import dev.tombola.base.UserError;
import dev.tombola.tensor.MirroredArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// A GPU that the NVIDIA driver shows, in its primary context, which the library of kernels has too. Nothing
/// of its memory is managed: what moves is copied.
final class CudaDevice extends Device {
    private static final int PORTABLE_AND_MAPPED = 3;
    private static final int LONGEST_NAME = 256;

    private static final Map<Integer, CudaDevice> OPENED = new HashMap<>();

    private final CUdevice device = new CUdevice();
    private final String name;
    private CUcontext context;

    private CudaDevice(NativeLibrary library, int ordinal) {
        super(library);
        checkSetUp("start", JCudaDriver.cuInit(0));
        checkSetUp("find GPU " + ordinal, JCudaDriver.cuDeviceGet(device, ordinal));
        byte[] text = new byte[LONGEST_NAME];
        checkSetUp("name its GPU", JCudaDriver.cuDeviceGetName(text, LONGEST_NAME, device));
        this.name = new String(text, StandardCharsets.UTF_8).replaceAll("\0.*", "");
        if (NativeContext.probe(library, NativeContext.CUDA) != Status.OK) {
            throw new UserError(
                    "the CUDA kernels do not start beside the driver of %s: %s; build them with a CUDA that is no newer than the driver."
                            .formatted(name, NativeContext.deviceError(library)));
        }
    }

    /// The GPU, looked for when it is first asked for; nothing is made on it before it has something to do.
    ///
    /// @param ordinal its number, from 0, in the driver's order
    /// @throws UserError where there is none, no driver, or no kernels for it in this build
    static synchronized CudaDevice open(int ordinal) {
        CudaDevice opened = OPENED.get(ordinal);
        if (opened == null) {
            requireDriver();
            NativeLibrary library = NativeLibrary.cuda();
            JCudaLibrary.load(library.folder());
            opened = new CudaDevice(library, ordinal);
            OPENED.put(ordinal, opened);
        }
        return opened;
    }

    /// Asked before JCuda, whose classes are spoilt for good where there is none.
    @SuppressWarnings("restricted")
    private static void requireDriver() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup("libcuda.so.1", arena);
        } catch (IllegalArgumentException e) {
            throw new UserError("no NVIDIA driver was found (libcuda.so.1 does not load).", e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /// Name, compute capability and memory, and the newest CUDA that the driver is for.
    String description() {
        int[] major = new int[1];
        int[] minor = new int[1];
        int[] cuda = new int[1];
        checkSetUp(
                "describe " + name,
                JCudaDriver.cuDeviceGetAttribute(
                        major, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device));
        checkSetUp(
                "describe " + name,
                JCudaDriver.cuDeviceGetAttribute(
                        minor, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device));
        checkSetUp("tell its version", JCudaDriver.cuDriverGetVersion(cuda));
        return "%s, compute capability %d.%d, %.1f GiB, driver for CUDA %d.%d"
                .formatted(
                        name,
                        major[0],
                        minor[0],
                        size() / (double) (1 << 30),
                        cuda[0] / 1000, // 13020 is 13.2
                        cuda[0] % 1000 / 10);
    }

    @Override
    public MirroredArena memory() {
        return new Mirrored();
    }

    @Override
    Arena hostMemory() {
        return new Pinned();
    }

    @Override
    long allocate(long bytes) {
        enter();
        Address block = new Address();
        check("give %,d bytes".formatted(bytes), JCudaDriver.cuMemAlloc(block, bytes));
        check("clear memory", JCudaDriver.cuMemsetD8(block, (byte) 0, bytes));
        awaitDefault();
        return block.value();
    }

    @Override
    void release(long address) {
        enter();
        JCudaDriver.cuMemFree(at(address));
    }

    @Override
    void send(MemorySegment from, long address) {
        copy(from.address(), address, from.byteSize());
    }

    @Override
    void fetch(long address, MemorySegment to) {
        copy(address, to.address(), to.byteSize());
    }

    /// Between any two places that the driver knows or the processor has.
    private void copy(long from, long to, long bytes) {
        enter();
        check("copy %,d bytes".formatted(bytes), JCudaDriver.cuMemcpy(at(to), at(from), bytes));
        awaitDefault();
    }

    /// Of the default stream alone: waiting for all would break what another thread records.
    private static void awaitDefault() {
        check("await", JCudaDriver.cuStreamSynchronize(new CUstream()));
    }

    private static CUdeviceptr at(long address) {
        return new CUdeviceptr().withByteOffset(address);
    }

    @Override
    Queue queue() {
        enter();
        return new CudaQueue(this);
    }

    @Override
    long free() {
        enter();
        long[] free = new long[1];
        check("tell its free memory", JCudaDriver.cuMemGetInfo(free, new long[1]));
        return free[0];
    }

    @Override
    long size() {
        long[] bytes = new long[1];
        checkSetUp("tell the memory of " + name, JCudaDriver.cuDeviceTotalMem(bytes, device));
        return bytes[0];
    }

    /// Makes the GPU the one of the calling thread.
    synchronized void enter() {
        if (context == null) {
            CUcontext opened = new CUcontext();
            int result = JCudaDriver.cuDevicePrimaryCtxRetain(opened, device);
            if (result != CUresult.CUDA_SUCCESS) {
                throw new UserError(refusal("open " + name, result));
            }
            context = opened;
        }
        check("be entered", JCudaDriver.cuCtxSetCurrent(context));
    }

    /// What the driver says before there is anything to lose: the user's to change.
    private static void checkSetUp(String asked, int result) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new UserError(refusal(asked, result));
        }
    }

    /// @throws DeviceFullException if there is not as much memory
    /// @throws KernelException if the driver would not, or tells of an earlier failure
    static void check(String asked, int result) {
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw new DeviceFullException(refusal(asked, result));
        }
        if (result != CUresult.CUDA_SUCCESS) {
            throw new KernelException(asked, NativeContext.CUDA, Status.DEVICE, sentence(result));
        }
    }

    private static String refusal(String asked, int result) {
        return "the NVIDIA driver was asked to %s and said: %s.".formatted(asked, sentence(result));
    }

    private static String sentence(int result) {
        String[] text = new String[1];
        JCudaDriver.cuGetErrorString(result, text);
        return "%s (error %d)".formatted(text[0] == null ? "nothing known" : text[0], result);
    }

    /// The driver's pointer, with its value.
    private static final class Address extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }
    }

    /// Memory of the processor's, and copies of it on the GPU.
    private final class Mirrored implements MirroredArena {
        private final Arena life = Arena.ofShared();
        private final List<Long> copies = new ArrayList<>();

        @Override
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            return life.allocate(byteSize, byteAlignment);
        }

        @Override
        public MemorySegment send(MemorySegment written) {
            long copy = CudaDevice.this.allocate(Math.max(1, written.byteSize()));
            copies.add(copy);
            CudaDevice.this.send(written, copy);
            return MemorySegment.ofAddress(copy);
        }

        @Override
        public MemorySegment.Scope scope() {
            return life.scope();
        }

        @Override
        public void close() {
            life.close();
            copies.forEach(CudaDevice.this::release);
        }
    }

    /// Memory of the processor's that the GPU reaches, freed on close.
    private final class Pinned implements Arena {
        private final Arena life = Arena.ofShared();
        private final List<Address> blocks = new ArrayList<>();

        @Override
        @SuppressWarnings("restricted")
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            enter();
            Address block = new Address();
            long bytes = Math.max(1, byteSize);
            if (bytes > Integer.MAX_VALUE) { // JCuda makes a buffer of it
                throw new UserError(
                        "%,d bytes of the processor's memory were asked for in one piece for a GPU; %,d are possible: make the network or its batch smaller, or use --backend cpu."
                                .formatted(bytes, Integer.MAX_VALUE));
            }
            check(
                    "give %,d bytes of the processor's memory".formatted(bytes),
                    JCudaDriver.cuMemHostAlloc(block, bytes, PORTABLE_AND_MAPPED));
            blocks.add(block);
            return MemorySegment.ofAddress(block.value())
                    .reinterpret(byteSize, life, null)
                    .fill((byte) 0);
        }

        @Override
        public MemorySegment.Scope scope() {
            return life.scope();
        }

        @Override
        public void close() {
            life.close();
            enter();
            blocks.forEach(JCudaDriver::cuMemFreeHost);
        }
    }
}
