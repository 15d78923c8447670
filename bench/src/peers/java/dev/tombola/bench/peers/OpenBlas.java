package dev.tombola.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// OpenBLAS on one thread: the library that the system property `tombola.openblas` names, else the system's
/// `libopenblas.so.0`, else the one that ND4J brings. Which one it is and for what processor, it prints.
@SuppressWarnings("restricted")
final class OpenBlas {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;
    private static final String IN_JAR = "/org/bytedeco/openblas/linux-x86_64/";

    /// What the library needs comes before it.
    private static final List<String> FILES =
            List.of("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");

    private static final FunctionDescriptor SGEMM = FunctionDescriptor.ofVoid(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_FLOAT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_FLOAT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);

    private final MethodHandle sgemm;

    OpenBlas() {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = open();
        sgemm = linker.downcallHandle(library.findOrThrow("cblas_sgemm"), SGEMM);
        MethodHandle threads = linker.downcallHandle(
                library.findOrThrow("openblas_set_num_threads"), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        MethodHandle config = linker.downcallHandle(
                library.findOrThrow("openblas_get_config"), FunctionDescriptor.of(ValueLayout.ADDRESS));
        try {
            threads.invokeExact(1);
            MemorySegment text = (MemorySegment) config.invokeExact();
            System.out.println(text.reinterpret(Long.MAX_VALUE).getString(0));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// `out[m][n] = left[m][k] * right[k][n]`, or with `right[n][k]` where that is stored transposed; row by row.
    void multiply(int m, int n, int k, MemorySegment left, MemorySegment right, boolean transposed, MemorySegment out) {
        try {
            sgemm.invokeExact(
                    ROW_MAJOR,
                    PLAIN,
                    transposed ? TRANSPOSED : PLAIN,
                    m,
                    n,
                    k,
                    1f,
                    left,
                    k,
                    right,
                    transposed ? k : n,
                    0f,
                    out,
                    n);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static SymbolLookup open() {
        String named = System.getProperty("tombola.openblas");
        if (named != null) {
            return SymbolLookup.libraryLookup(Path.of(named), Arena.global());
        }
        try {
            return SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global());
        } catch (IllegalArgumentException notInstalled) {
            return SymbolLookup.libraryLookup(extract(), Arena.global());
        }
    }

    private static Path extract() {
        try {
            Path folder = Files.createTempDirectory("openblas");
            folder.toFile().deleteOnExit();
            for (String file : FILES) {
                try (InputStream in = OpenBlas.class.getResourceAsStream(IN_JAR + file)) {
                    if (in == null) {
                        throw new IllegalStateException("There is no OpenBLAS for this machine in the jar: install"
                                + " libopenblas0-pthread, or name a library with -Dtombola.openblas=PATH.");
                    }
                    Files.copy(in, folder.resolve(file));
                    folder.resolve(file).toFile().deleteOnExit();
                }
            }
            return folder.resolve(FILES.getLast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
