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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The machine's [CostModel], measured once and kept in the user's cache folder: a text file per instruction set and
/// batch size, whose first line names the processor and the build of the kernels that it is true of. Batches larger
/// than [#WIDEST] are taken for that large.
public final class Costs {
    private static final int WIDEST = 256;

    /// Low enough for any layer.
    private static final double UNMEASURED = 0.4;

    /// What could not be kept in a file, by that file and its first line: a process measures once.
    private static final Map<String, List<CostModel.Point>> UNKEPT = new ConcurrentHashMap<>();

    private Costs() {}

    /// The model for these kernels and this batch size: read where it was measured before, else measured now and kept.
    public static CostModel of(Kernels kernels, int batch) {
        return of(kernels, batch, _ -> {});
    }

    /// As above.
    ///
    /// @param notes is told before a measurement, which takes a few seconds
    public static CostModel of(Kernels kernels, int batch, Consumer<String> notes) {
        return of(kernels, batch, CacheFolder.path(), notes);
    }

    static CostModel of(Kernels kernels, int batch, Path cache, Consumer<String> notes) {
        if (!Backends.isNative(kernels)) {
            return CostModel.constant(1, "plain loops take their time from the survivors");
        }
        if (Backends.isScalar(kernels)) {
            return CostModel.constant(UNMEASURED, "not measured: scalar loops are for checking others");
        }
        int measured = Math.min(WIDEST, batch);
        String name = kernels.name().replace(", ", "-") + "-" + measured + ".txt";
        Path file = cache.resolve("costs").resolve(name);
        String subject =
                Backends.processor() + ", " + kernels.name() + ", batch " + measured + ", kernels " + Backends.build();
        List<CostModel.Point> kept = read(file, subject);
        if (!kept.isEmpty()) {
            return new CostModel(kept, "measured before, kept in " + file);
        }
        List<CostModel.Point> unkept = UNKEPT.get(file + " " + subject);
        if (unkept != null) {
            return new CostModel(unkept, "measured before by this process");
        }
        notes.accept("Measuring once on this machine from which density on a compressed layer is the faster one.");
        List<CostModel.Point> points = new CostMeter(kernels, measured).measure();
        if (write(file, subject, points)) {
            return new CostModel(points, "measured just now, kept in " + file);
        }
        UNKEPT.put(file + " " + subject, points);
        return new CostModel(points, "measured just now; it could not be kept in " + file);
    }

    /// Nothing where the file is not there, is about something else or is not whole.
    static List<CostModel.Point> read(Path file, String subject) {
        List<CostModel.Point> points = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < 2 || !lines.getFirst().equals(subject)) {
                return List.of();
            }
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(" ", -1);
                CostModel.Size size = new CostModel.Size(
                        kind(fields[0]),
                        Integer.parseInt(fields[1]),
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]));
                points.add(new CostModel.Point(
                        size, share(fields[4]), share(fields[5]), time(fields, 6), compressed(fields)));
            }
            List<CostModel.Size> wanted =
                    CostMeter.SAMPLES.stream().map(CostMeter.Sample::size).toList();
            return points.stream().map(CostModel.Point::size).toList().equals(wanted) ? points : List.of();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
            return List.of();
        }
    }

    private static List<CostModel.Time> compressed(String... fields) {
        List<CostModel.Time> times = new ArrayList<>();
        for (int at = 9; at == 9 || at < fields.length; at += 3) {
            times.add(time(fields, at));
        }
        return times;
    }

    private static CostModel.Time time(String[] fields, int at) {
        return new CostModel.Time(share(fields[at]), nanos(fields[at + 1]), nanos(fields[at + 2]));
    }

    private static double nanos(String text) {
        double nanos = Double.parseDouble(text);
        if (!(nanos >= 0 && nanos < 1e12)) {
            throw new NumberFormatException(text + " is no time");
        }
        return nanos;
    }

    private static String text(CostModel.Time time) {
        return " %s %s %s".formatted(time.density(), time.update(), time.input());
    }

    private static String name(CostModel.Size size) {
        return size.kind().word() + " " + size.outputs() + " " + size.inputs() + " " + size.positions();
    }

    private static CostModel.Kind kind(String word) {
        return Arrays.stream(CostModel.Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new NumberFormatException(word + " is no kind of layer"));
    }

    private static double share(String text) {
        double share = Double.parseDouble(text);
        if (!(share >= 0 && share <= 1)) {
            throw new NumberFormatException(text + " is no share");
        }
        return share;
    }

    static boolean write(Path file, String subject, List<CostModel.Point> points) {
        StringBuilder text = new StringBuilder(subject).append('\n');
        for (CostModel.Point point : points) {
            text.append("%s %s %s".formatted(name(point.size()), point.first(), point.inner()));
            text.append(text(point.dense()));
            point.compressed().forEach(time -> text.append(text(time)));
            text.append('\n');
        }
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
