package dev.tombola.kernel;

import dev.tombola.base.CacheFolder;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// A native library that exports `tombola.h`: taken from the class path, where it lies under
/// `dev/tombola/native/PLATFORM/`, written once to the user's cache folder, and loaded for good.
final class NativeLibrary {
    static final int ABI_VERSION = 8;

    private static final String CUDA = "libtombola_cuda.so";

    private static final String OTHERWISE = "; --backend reference still works.";
    private static final MethodHandle ABI = handle(FunctionDescriptor.of(ValueLayout.JAVA_INT));

    private static NativeLibrary cpu;
    private static NativeLibrary cuda;

    private final Mapped mapped;
    private final String build;

    /// @param folder where its file was
    private record Mapped(SymbolLookup symbols, Path folder) {}

    private NativeLibrary(Mapped mapped, String build) {
        this.mapped = mapped;
        this.build = build;
    }

    /// The C kernels of this platform's processor, loaded on first use.
    ///
    /// @throws UserError where there are none for this platform
    static synchronized NativeLibrary cpu() {
        if (cpu == null) {
            cpu = load("libtombola_cpu.so", platform(System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        return cpu;
    }

    /// The CUDA kernels, loaded on first use.
    ///
    /// @throws UserError where this build has none
    static synchronized NativeLibrary cuda() {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        if (NativeLibrary.class.getResource(path(CUDA, platform)) == null) {
            throw new UserError(
                    "this build has no CUDA kernels: build it where nvcc is on PATH or in" + " /usr/local/cuda/bin.");
        }
        if (cuda == null) {
            cuda = load(CUDA, platform);
        }
        return cuda;
    }

    private static String path(String file, String platform) {
        return "/dev/tombola/native/" + platform + "/" + file;
    }

    /// The folder of a platform's libraries, such as `linux-x86_64`.
    static String platform(String system, String architecture) {
        String arch = switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> "";
        };
        if (!system.equals("Linux") || arch.isEmpty()) {
            throw new UserError("The C kernels are built for Linux on x86-64 and aarch64, not for " + system + " on "
                    + architecture + OTHERWISE);
        }
        return "linux-" + arch;
    }

    /// Where its file was, so from where others can be loaded too.
    Path folder() {
        return mapped.folder();
    }

    /// A hash of the library's content.
    String build() {
        return build;
    }

    /// The address of an exported function.
    MemorySegment function(String name) {
        return mapped.symbols()
                .find(name)
                .orElseThrow(() -> new UserError("The C kernels lack the function " + name + OTHERWISE));
    }

    /// A handle that takes the function's address first: one handle serves every library.
    @SuppressWarnings("restricted")
    static MethodHandle handle(FunctionDescriptor signature) {
        return Linker.nativeLinker().downcallHandle(signature);
    }

    static NativeLibrary load(String file, String platform) {
        return load(file, platform, ABI_VERSION);
    }

    /// @param spoken the version of `tombola.h` that it must have
    static NativeLibrary load(String file, String platform, int spoken) {
        byte[] content = resource(file, platform);
        NativeLibrary library = new NativeLibrary(map(file, content, platform), CacheFolder.name(content));
        int version = abiVersion(library.function("tombola_abi_version"));
        if (version != spoken) {
            throw new UserError("The C kernels speak version " + version + " of tombola.h but this program speaks "
                    + spoken + ": build both from one source" + OTHERWISE);
        }
        return library;
    }

    private static byte[] resource(String file, String platform) {
        String path = path(file, platform);
        try (InputStream in = NativeLibrary.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new UserError("This build carries no C kernels for " + platform + " (no " + path
                        + " on the class path)" + OTHERWISE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UserError("The C kernels " + path + " could not be read: " + e.getMessage() + OTHERWISE, e);
        }
    }

    private static Mapped map(String file, byte[] content, String platform) {
        Path cached;
        try {
            cached = CacheFolder.file(cacheFolder(), file, content);
        } catch (IOException unwritable) {
            return mapTemporary(file, content, platform);
        }
        try {
            return map(cached, platform);
        } catch (UserError unloadable) { // as from a file system that runs nothing
            try {
                return mapTemporary(file, content, platform);
            } catch (UserError _) {
                throw unloadable;
            }
        }
    }

    /// Where the cache is of no use the library needs its file only until it is mapped.
    private static Mapped mapTemporary(String file, byte[] content, String platform) {
        try {
            Path temporary = Files.createTempFile("tombola-", "-" + file);
            try {
                Files.write(temporary, content);
                return map(temporary, platform);
            } finally {
                Files.delete(temporary);
            }
        } catch (IOException e) {
            throw new UserError(
                    "The C kernels could be written neither to " + cacheFolder() + " nor to a temporary" + " file: "
                            + e.getMessage() + OTHERWISE,
                    e);
        }
    }

    @SuppressWarnings("restricted")
    private static Mapped map(Path file, String platform) {
        try {
            return new Mapped(SymbolLookup.libraryLookup(file, Arena.global()), file.getParent());
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "The C kernels for " + platform + " could not be loaded from " + file + ": " + e.getMessage()
                            + "; if nothing may run from there, name another folder with XDG_CACHE_HOME" + OTHERWISE,
                    e);
        }
    }

    private static Path cacheFolder() {
        return CacheFolder.path().resolve("native");
    }

    private static int abiVersion(MemorySegment function) {
        try {
            return (int) ABI.invokeExact(function);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }
}
