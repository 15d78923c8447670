package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.data.Published;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.InstructionSet;
import dev.tombola.lottery.Machine;
import dev.tombola.nn.Costs;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tombola doctor`: what was found on this machine, and why the default choices are what they are.
@Command(name = "doctor", description = "Machine, JDK, instruction sets, native library, data: what was found and why.")
final class DoctorCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder where data sets are looked for.")
    private Path data;

    /// The paper's batch.
    private static final int USUAL_BATCH = 60;

    private PrintWriter out;

    @Override
    public void run() {
        out = spec.commandLine().getOut();
        line("tombola", Machine.version());
        line(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        line("processor", Backends.processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        line("memory", memory());
        line("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        for (InstructionSet isa : Backends.instructionSets()) {
            line(isa.name(), isa.reason());
        }
        line("default", attempt(() -> Backends.open("auto", Backends.BEST).reason()));
        line(
                "form auto",
                attempt(() -> "compressed below "
                        + Costs.of(Backends.open("auto", Backends.BEST).kernels(), USUAL_BATCH)
                                .sentence()));
        line("GPU", Backends.gpuInFull());
        for (Published set : Published.values()) {
            line(set.label(), attempt(() -> set.folder(data).toString()));
        }
    }

    private void line(String name, String found) {
        out.printf("%-10s %s%n", name, found);
    }

    private static String memory() {
        long bytes = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
        return "%.1f GiB".formatted(bytes / (double) (1 << 30));
    }

    private static String attempt(java.util.function.Supplier<String> finding) {
        try {
            return finding.get();
        } catch (UserError e) {
            return "none: " + e.getMessage();
        }
    }
}
