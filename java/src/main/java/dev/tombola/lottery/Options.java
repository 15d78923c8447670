package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Device;
import dev.tombola.nn.FormChoice;
import dev.tombola.numeric.Precision;
import java.nio.file.Path;
import java.util.Objects;

/// How a recipe is run on this machine: nothing here changes a bit of the results, but for the kind of GPU in TF32.
///
/// @param out the run folder; null for `runs/<hash>`
/// @param data where data sets lie; null for the usual places
/// @param backend `auto`, `cpu`, `cuda` or `reference`
/// @param isa instruction set by name, or [Backends#BEST]
/// @param threads cores of the processor: a training at a time on each; those that are left help the others
/// @param replicas trainings side by side at most: on a GPU in one group, on the processor one for each thread; 0 for
///     as many as memory and threads allow
public record Options(Path out, Path data, String backend, String isa, FormChoice form, int threads, int replicas) {
    private static final int MOST_THREADS = 1024;

    public Options {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(isa, "isa");
        Objects.requireNonNull(form, "form");
        if (replicas < 0 || replicas > Device.MOST_REPLICAS) {
            throw new UserError("--replicas is %d; it must be 1 to %d.".formatted(replicas, Device.MOST_REPLICAS));
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw new UserError("--threads is %d; it must be 1 to %d.".formatted(threads, MOST_THREADS));
        }
    }

    /// The best kernels that this machine has, on all of its cores.
    public static Options defaults() {
        return defaults(Runtime.getRuntime().availableProcessors());
    }

    /// The same on a machine of so many cores.
    static Options defaults(int cores) {
        return new Options(null, null, "auto", Backends.BEST, FormChoice.AUTO, Math.min(cores, MOST_THREADS), 0);
    }

    public Options withOut(Path folder) {
        return new Options(folder, data, backend, isa, form, threads, replicas);
    }

    public Options withData(Path folder) {
        return new Options(out, folder, backend, isa, form, threads, replicas);
    }

    public Options withBackend(String name, String instructionSet) {
        return new Options(out, data, name, instructionSet, form, threads, replicas);
    }

    public Options withForm(FormChoice choice) {
        return new Options(out, data, backend, isa, choice, threads, replicas);
    }

    public Options withThreads(int count) {
        return new Options(out, data, backend, isa, form, count, replicas);
    }

    public Options withReplicas(int count) {
        return new Options(out, data, backend, isa, form, threads, count);
    }

    /// Refuses a recipe whose precision is not to be had this way.
    ///
    /// @param backend what trains, in words
    /// @param gpu whether that is a GPU
    public void requirePrecision(Recipe recipe, String backend, boolean gpu) {
        Precision precision = recipe.numerics().precision();
        if (precision == Precision.TF32 && !gpu) {
            throw new UserError("numerics.precision is tf32, which is for a GPU, and the backend is " + backend
                    + "; found: " + Backends.gpu()
                    + ". Use --backend cuda where there is a GPU, or --set numerics.precision=fp32.");
        }
        if (!form.fits(precision)) {
            throw new UserError("numerics.precision is tf32, which multiplies dense layers alone, and --form is "
                    + Values.lower(form) + ": use --form auto or dense, or --set numerics.precision=fp32.");
        }
    }

    /// Trainings that the processor runs at a time.
    int workers() {
        return replicas == 0 ? threads : Math.min(threads, replicas);
    }

    /// Trainings that a device may run side by side.
    public int mostReplicas() {
        return replicas == 0 ? Device.MOST_REPLICAS : replicas;
    }
}
