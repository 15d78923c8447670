package dev.tombola.kernel;

import dev.tombola.base.UserError;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import jcuda.driver.JCudaDriver;

/// JCuda's own library, which calls the driver.
final class JCudaLibrary {
    private static final String TEMPORARY = "java.io.tmpdir";

    /// JCuda's message has a trace of each way that it tried; the last is out of the jar.
    private static final Pattern REASON = Pattern.compile("^java\\.[\\w.]+: (.*)", Pattern.MULTILINE);

    private static String refusal;

    private JCudaLibrary() {}

    /// Loads it, for good. JCuda writes it to the folder of temporary files, where perhaps nothing may run, and under a
    /// name that all processes share: for so long that folder is a new one.
    ///
    /// @param folder from which another library was loaded
    /// @throws UserError if it does not load
    static synchronized void load(Path folder) {
        try {
            Path own = Files.createTempDirectory(folder, "jcuda-");
            String usual = System.setProperty(TEMPORARY, own.toString());
            try {
                start();
            } finally {
                System.setProperty(TEMPORARY, usual);
                for (File file : own.toFile().listFiles()) { // mapped, it needs none
                    Files.delete(file.toPath());
                }
                Files.delete(own);
            }
        } catch (IOException _) { // as where nothing may be written
            start();
        }
    }

    private static void start() {
        if (refusal != null) { // JCuda's class is spoilt, and gives no reason any more
            throw new UserError(refusal);
        }
        try {
            JCudaDriver.setExceptionsEnabled(false);
        } catch (LinkageError e) {
            String reason = REASON.matcher(String.valueOf(e.getMessage()))
                    .results()
                    .reduce((_, last) -> last)
                    .map(last -> last.group(1))
                    .orElse(e.toString());
            refusal =
                    "JCuda's library, which calls the NVIDIA driver, does not load on %s: %s; it is for x86-64 and needs a folder that libraries may be loaded from: name one with XDG_CACHE_HOME or -D%s."
                            .formatted(System.getProperty("os.arch"), reason, TEMPORARY);
            throw new UserError(refusal, e);
        }
    }
}
