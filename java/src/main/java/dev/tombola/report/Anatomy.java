package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Turn;
import dev.tombola.lottery.TicketTensors;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.Weighted;
import dev.tombola.tensor.Mask;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Writes what a run's tickets are made of: `anatomy.html`, one page with everything in it, and `figures/` with the
/// same figures in SVG and PNG. Weights are read a tensor at a time.
public final class Anatomy {
    private Anatomy() {}

    /// What was written.
    ///
    /// @param page where `anatomy.html` lies
    /// @param notes sentences that say which figures could not be drawn and why
    public record Written(Path page, List<String> notes) {}

    /// Reads the tickets of the run in `runFolder` and writes figures and page there, each appearing whole by rename.
    /// The same files give the same page and SVG to the byte. On a machine without fonts the PNG figures are left out,
    /// which is said in the log and in the page.
    ///
    /// @param levels to show, those near the paper's sizes where empty
    /// @param layers names of those to show, such as `fc1`; where empty all that are pruned, six at most
    /// @throws dev.tombola.base.UserError if the folder is no run's, a ticket in it is damaged or from elsewhere, none
    ///     is there with its weights, or something asked for is not
    public static Written write(Path runFolder, Collection<Integer> levels, Collection<String> layers) {
        RunFiles run = RunFiles.read(runFolder);
        Specimens specimens = Specimens.of(runFolder, levels, layers);
        List<LayerAnatomy> anatomies =
                specimens.layers().stream().map(layer -> read(specimens, layer)).toList();
        List<Chart> charts = new AnatomyFigures(run, specimens, anatomies).all();
        List<String> notes = missing(specimens);
        return Turn.at(runFolder.resolve("anatomy.html.lock"), () -> {
            Path figures = runFolder.resolve("figures");
            String noImages = FigureFiles.write(charts, figures);
            FigureFiles.remove(notDrawn(charts), figures);
            Path page = runFolder.resolve("anatomy.html");
            AtomicFile.write(page, AnatomyPage.of(run, specimens, anatomies, charts, notes, noImages));
            return new Written(page, notes);
        });
    }

    /// What an earlier call may have drawn, of other levels or while there were more tickets, and this one has not.
    private static List<String> notDrawn(List<Chart> charts) {
        List<String> drawn = charts.stream().map(Chart::name).toList();
        return AnatomyFigures.NAMES.stream()
                .filter(name -> !drawn.contains(name))
                .toList();
    }

    /// One layer of every ticket that is looked at.
    static LayerAnatomy read(Specimens specimens, Weighted layer) {
        LayerAnatomy anatomy = new LayerAnatomy(layer);
        for (int trial : trials(specimens)) {
            read(specimens, trial, anatomy);
        }
        return anatomy;
    }

    private static void read(Specimens specimens, int trial, LayerAnatomy anatomy) {
        Parameter weight = anatomy.layer().weight();
        float[] dense = specimens.hasDense(trial) ? specimens.tensors(trial, 0).start(weight) : null;
        if (dense != null) {
            anatomy.addInitial(dense);
        }
        for (int level : specimens.levels()) {
            if (!specimens.trials(level).contains(trial)) {
                continue;
            }
            TicketTensors ticket = specimens.tensors(trial, level);
            Mask mask = ticket.mask(weight);
            anatomy.addConnections(level, mask);
            if (specimens.hasInitial(trial)) {
                anatomy.addSurviving(level, dense != null ? dense : ticket.start(weight), mask);
            }
            if (dense != null && level == specimens.nearFastest()) {
                anatomy.addDense(dense, specimens.tensors(trial, 0).end(weight), mask);
            }
        }
    }

    private static SortedSet<Integer> trials(Specimens specimens) {
        SortedSet<Integer> trials = new TreeSet<>();
        specimens.levels().forEach(level -> trials.addAll(specimens.trials(level)));
        return trials;
    }

    private static List<String> missing(Specimens specimens) {
        SortedSet<Integer> trials = trials(specimens);
        if (specimens.trials(specimens.nearFastest()).stream().anyMatch(specimens::hasDense)) {
            return List.of();
        }
        String why = "the weights of level 0 are not there (a sweep keeps them with --tickets all).";
        return List.of(
                trials.stream().anyMatch(specimens::hasInitial)
                        ? "How far weights move and how much they grow is not drawn, nor the initial values of those that do not"
                                + " survive: " + why
                        : "Initial values, how far weights move and how much they grow are not drawn: " + why);
    }
}
