package dev.tombola.cli;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Device;
import dev.tombola.lottery.Options;
import dev.tombola.nn.FormChoice;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// What trains, and where the data are: nothing here changes a bit of the results, but for the kind of GPU in TF32.
final class MachineOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with mnist/, cifar-10/ or your own files in it.")
    private Path data;

    @Option(names = "--backend", paramLabel = "B", defaultValue = "auto", description = "auto, cpu, cuda or reference.")
    private String backend;

    @Option(
            names = "--isa",
            paramLabel = "I",
            defaultValue = Backends.BEST,
            description = "Instruction set: avx512, avx2, neon or scalar; the widest if not given.")
    private String isa;

    @Option(
            names = "--form",
            paramLabel = "F",
            defaultValue = "auto",
            description =
                    "Form of the weights: auto, dense, compressed, or a GPU's resident. Results are the same bits.")
    private FormChoice form;

    @Option(
            names = "--threads",
            paramLabel = "T",
            description = "Cores to train on, all if not given: a training each; cores left over help the others.")
    private Integer threads;

    @Option(
            names = "--replicas",
            paramLabel = "R",
            description = "Trainings side by side at most; as many as memory and threads allow if not given.")
    private Integer replicas;

    /// @param out the run folder, or null
    Options with(Path out) {
        if (replicas != null && replicas < 1) {
            throw new UserError("--replicas is %d; it must be 1 to %d.".formatted(replicas, Device.MOST_REPLICAS));
        }
        return new Options(
                out,
                data,
                backend,
                isa,
                form,
                threads != null ? threads : Options.defaults().threads(),
                replicas == null ? 0 : replicas);
    }
}
