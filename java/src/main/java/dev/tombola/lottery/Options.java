package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.nn.FormChoice;
import java.nio.file.Path;

/// How a recipe is run on this machine: nothing here changes a bit of the results.
///
/// @param out the run folder; null for `runs/<hash>`
/// @param data where data sets lie; null for the usual places
/// @param backend `auto`, `cpu` or `reference`
/// @param isa instruction set by name, or [Backends#BEST]
/// @param threads trainings at a time
public record Options(Path out, Path data, String backend, String isa, FormChoice form, int threads) {
    public Options {
        if (threads < 1 || threads > 1024) {
            throw new UserError("--threads is " + threads + "; it must be 1 to 1024.");
        }
    }

    /// The best kernels that this machine has, one training per core.
    public static Options defaults() {
        return new Options(
                null,
                null,
                "auto",
                Backends.BEST,
                FormChoice.AUTO,
                Runtime.getRuntime().availableProcessors());
    }

    public Options withOut(Path folder) {
        return new Options(folder, data, backend, isa, form, threads);
    }

    public Options withData(Path folder) {
        return new Options(out, folder, backend, isa, form, threads);
    }

    public Options withBackend(String name, String instructionSet) {
        return new Options(out, data, name, instructionSet, form, threads);
    }

    public Options withForm(FormChoice choice) {
        return new Options(out, data, backend, isa, choice, threads);
    }

    public Options withThreads(int count) {
        return new Options(out, data, backend, isa, form, count);
    }
}
