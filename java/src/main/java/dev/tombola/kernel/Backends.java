package dev.tombola.kernel;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.kernel.reference.ReferenceKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The choice of kernels, made once: by name, or `auto`. What is named is used or refused; nothing falls
/// back to something else.
public final class Backends {
    /// What `--isa` is where nobody gives it: the widest that this machine runs.
    public static final String BEST = NativeContext.BEST;

    private Backends() {}

    /// Chosen kernels.
    ///
    /// @param kernels for one network at a time, on the processor
    /// @param device for many side by side; null where the processor trains
    /// @param reason one sentence: what was chosen and why
    public record Choice(Kernels kernels, Device device, String reason) {
        /// The kernels that idle cores of the processor may help; null where it does not train.
        public Kernels helped() {
            return device == null ? kernels : null;
        }

        /// Backend and instruction set, such as `cpu, avx512`.
        public String name() {
            return device == null ? kernels.name() : NativeContext.CUDA;
        }
    }

    /// The kernels of a backend.
    ///
    /// @param backend `auto`, `reference`, `cpu` or `cuda`
    /// @param isa [#BEST], or an instruction set for `cpu`
    /// @throws UserError if that is not to be had on this machine
    public static Choice open(String backend, String isa) {
        return open(backend, isa, 0);
    }

    /// The same on a machine with several GPUs.
    ///
    /// @param gpu its number, from 0, for `cuda`
    public static Choice open(String backend, String isa, int gpu) {
        if (!backend.equals("reference")) {
            requireNativeAccess();
        }
        return switch (backend) {
            case "auto" -> cpu(isa, automatic());
            case "cpu" -> cpu(isa, "asked for by name");
            case "reference" -> reference(isa);
            case "cuda" -> cuda(isa, gpu);
            default ->
                throw new UserError("There is no backend '" + backend + "': it must be auto, reference, cpu or cuda.");
        };
    }

    /// Asked before classes that call C are loaded, which would be spoilt for good.
    @SuppressWarnings("restricted")
    private static void requireNativeAccess() {
        try {
            MemorySegment.NULL.reinterpret(0);
        } catch (IllegalCallerException e) {
            throw new UserError(
                    "This JVM may call nothing outside Java (--illegal-native-access=deny): start it with "
                            + nativeAccess(Backends.class.getModule()) + ", or use the backend reference.",
                    e);
        }
    }

    /// The option that lets a module call C; on the module path this jar is one.
    static String nativeAccess(Module module) {
        return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    /// The GPU that `cuda` would use, or why there is none.
    public static String gpu() {
        try {
            requireNativeAccess();
            return CudaDevice.open(0).name();
        } catch (UserError e) {
            return noGpu(e);
        }
    }

    /// The same with what it is and, where a run would find that nothing runs on it, why: what opens it, as this does.
    public static String gpuInFull() {
        try {
            requireNativeAccess();
            CudaDevice gpu = CudaDevice.open(0);
            return gpu.description() + whyNothingRuns(gpu);
        } catch (UserError e) {
            return noGpu(e);
        }
    }

    private static String whyNothingRuns(Device gpu) {
        try {
            gpu.tryOut();
            return "";
        } catch (UserError | KernelException e) {
            return ", but nothing runs on it: " + e.getMessage();
        }
    }

    /// Why the processor is chosen.
    private static String automatic() {
        try {
            return CudaDevice.open(0).name() + " is there but must be asked for by name, --backend cuda";
        } catch (UserError e) {
            return noGpu(e);
        }
    }

    private static String noGpu(UserError e) {
        return "no GPU, for " + Reason.clause(e);
    }

    /// Every instruction set that C kernels are written for, widest first, and whether it runs here.
    public static List<InstructionSet> instructionSets() {
        NativeLibrary library;
        try {
            requireNativeAccess();
            library = NativeLibrary.cpu();
        } catch (UserError e) {
            return InstructionSet.NAMES.stream()
                    .map(name -> new InstructionSet(name, false, e.getMessage()))
                    .toList();
        }
        return InstructionSet.NAMES.stream()
                .map(name -> instructionSet(name, NativeContext.probe(library, name)))
                .toList();
    }

    /// Whether kernels run on the machine itself and not in plain Java.
    public static boolean isNative(Kernels kernels) {
        return kernels instanceof NativeKernels;
    }

    /// Whether kernels are compiled without vectors: they are there to check others by.
    public static boolean isScalar(Kernels kernels) {
        return isNative(kernels) && kernels.name().endsWith("scalar");
    }

    /// Which build of the C kernels this is: another build, another name.
    public static String build() {
        return NativeLibrary.cpu().build();
    }

    /// The processor's name as the operating system tells it, else its architecture.
    public static String processor() {
        return processor(Path.of("/proc/cpuinfo"));
    }

    static String processor(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static Choice cpu(String isa, String why) {
        Kernels kernels = NativeKernels.open(isa);
        String width = isa.equals(BEST)
                ? "the widest instruction set that this machine runs"
                : "the instruction set asked for by name";
        return new Choice(kernels, null, "Backend " + kernels.name() + ": " + why + "; " + width + ".");
    }

    private static Choice cuda(String isa, int gpu) {
        if (!isa.equals(BEST)) {
            throw new UserError("--isa " + isa + " was asked for, but the backend cuda has no instruction sets: leave"
                    + " --isa out, or use --backend cpu.");
        }
        Device device;
        try {
            device = CudaDevice.open(gpu);
            device.tryOut();
        } catch (UserError | KernelException e) {
            throw new UserError(
                    "The backend 'cuda' was asked for, but %s. Use cpu or reference.".formatted(Reason.clause(e)), e);
        }
        return new Choice(
                NativeKernels.open(BEST), device, "Backend cuda: asked for by name; on " + device.name() + ".");
    }

    private static Choice reference(String isa) {
        if (!isa.equals(BEST)) {
            throw new UserError("--isa " + isa + " was asked for, but the backend reference is plain Java and has no"
                    + " instruction sets: leave --isa out, or use --backend cpu.");
        }
        return new Choice(new ReferenceKernels(), null, "Backend reference: asked for by name; plain Java.");
    }

    private static InstructionSet instructionSet(String name, Status status) {
        String reason = switch (status) {
            case OK -> "runs on this machine";
            case ISA_UNKNOWN -> "not for " + System.getProperty("os.arch");
            default -> status.sentence();
        };
        return new InstructionSet(name, status == Status.OK, reason);
    }
}
