package dev.tombola.kernel;

import dev.tombola.base.UserError;
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
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// A GPU that the NVIDIA driver shows, in its primary context, which the library of kernels has too. Its memory
/// is managed: pages lie where they were last used.
final class CudaDevice extends Device {
    private static final int ATTACH_GLOBAL = 1;
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
            JCudaDriver.setExceptionsEnabled(false);
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

    @Override
    public Arena memory() {
        return new Memory(true);
    }

    @Override
    Arena hostMemory() {
        return new Memory(false);
    }

    @Override
    Queue queue() {
        enter();
        return new CudaQueue(this, device);
    }

    @Override
    long free() {
        enter();
        long[] free = new long[1];
        check("tell its free memory", JCudaDriver.cuMemGetInfo(free, new long[1]));
        return free[0];
    }

    /// Makes the GPU the one of the calling thread.
    synchronized void enter() {
        if (context == null) {
            CUcontext opened = new CUcontext();
            checkSetUp("open the GPU", JCudaDriver.cuDevicePrimaryCtxRetain(opened, device));
            context = opened;
        }
        check("be entered", JCudaDriver.cuCtxSetCurrent(context));
    }

    /// What the driver says before there is anything to lose, and of memory that it has not: the user's to change.
    private static void checkSetUp(String asked, int result) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new UserError("The NVIDIA driver was asked to %s and said: %s.".formatted(asked, sentence(result)));
        }
    }

    /// @throws KernelException if the driver would not, or tells of an earlier failure
    static void check(String asked, int result) {
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            checkSetUp(asked, result);
        }
        if (result != CUresult.CUDA_SUCCESS) {
            throw new KernelException(asked, NativeContext.CUDA, Status.DEVICE, sentence(result));
        }
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

    /// Memory that the GPU and the processor read and write, freed on close.
    private final class Memory implements Arena {
        private final boolean managed;
        private final Arena life = Arena.ofShared();
        private final List<Address> blocks = new ArrayList<>();

        /// @param managed whether pages move to where they are used, or stay with the processor
        private Memory(boolean managed) {
            this.managed = managed;
        }

        @Override
        @SuppressWarnings("restricted")
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            enter();
            Address block = new Address();
            long bytes = Math.max(1, byteSize);
            check(
                    "give %,d bytes".formatted(bytes),
                    managed
                            ? JCudaDriver.cuMemAllocManaged(block, bytes, ATTACH_GLOBAL)
                            : JCudaDriver.cuMemHostAlloc(block, bytes, PORTABLE_AND_MAPPED));
            blocks.add(block);
            MemorySegment memory = MemorySegment.ofAddress(block.value()).reinterpret(byteSize, life, null);
            if (managed) {
                check("clear memory", JCudaDriver.cuMemsetD8(block, (byte) 0, bytes));
                // Of the default stream alone: waiting for all would break what another thread records.
                check("clear memory", JCudaDriver.cuStreamSynchronize(new CUstream()));
            } else {
                memory.fill((byte) 0);
            }
            return memory;
        }

        @Override
        public MemorySegment.Scope scope() {
            return life.scope();
        }

        @Override
        public void close() {
            life.close();
            enter();
            blocks.forEach(managed ? JCudaDriver::cuMemFree : JCudaDriver::cuMemFreeHost);
        }
    }
}
