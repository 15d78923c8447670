package dev.tombola.nn;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.CacheFolder;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The machine's [CostModel], measured once and kept in the user's cache folder: a text file per instruction set and
/// number of lanes, whose first line names the processor and the build of the kernels that it is true of.
public final class Costs {
    private Costs() {}

    /// The model for these kernels and this batch size: read where it was measured before, else measured now and kept.
    public static CostModel of(Kernels kernels, int batch) {
        return of(kernels, batch, CacheFolder.path());
    }

    static CostModel of(Kernels kernels, int batch, Path cache) {
        if (!Backends.isNative(kernels)) {
            return CostModel.constant(1, "plain loops take their time from the survivors");
        }
        int lanes = Math.ceilDiv(batch, 16) * 16;
        String name = "%s-%d.txt".formatted(kernels.name().replace(", ", "-"), lanes);
        Path file = cache.resolve("costs").resolve(name);
        String subject =
                "%s, %s, %d lanes, kernels %s".formatted(Backends.processor(), kernels.name(), lanes, Backends.build());
        List<CostModel.Point> points = read(file, subject);
        if (points.isEmpty()) {
            points = new CostMeter(kernels, batch).measure();
            if (write(file, subject, points)) {
                return new CostModel(points, "measured just now, kept in " + file);
            }
            return new CostModel(points, "measured just now");
        }
        return new CostModel(points, "measured before, kept in " + file);
    }

    /// Nothing where the file is not there, is about something else or is not whole.
    private static List<CostModel.Point> read(Path file, String subject) {
        List<CostModel.Point> points = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < 2 || !lines.getFirst().equals(subject)) {
                return List.of();
            }
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(" ", -1);
                double breakEven = Double.parseDouble(fields[2]);
                if (!(breakEven >= 0 && breakEven <= 1)) {
                    return List.of();
                }
                points.add(new CostModel.Point(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), breakEven));
            }
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
            return List.of();
        }
        return points;
    }

    private static boolean write(Path file, String subject, List<CostModel.Point> points) {
        StringBuilder text = new StringBuilder(subject).append('\n');
        points.forEach(
                point -> text.append("%d %d %s%n".formatted(point.outputs(), point.inputs(), point.breakEven())));
        if (!file.isAbsolute()) {
            return false;
        }
        try {
            AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
            return true;
        } catch (UncheckedIOException _) {
            return false; // the next run measures again
        }
    }
}
