package dev.tombola.report;

import dev.tombola.report.Look.Marker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// One run of a comparison.
///
/// @param folder as it was given
/// @param name what its lines are called
record Compared(Path folder, String name, RunFiles run, Ink ink, Marker marker) {
    /// One for each of the runs that a comparison can have.
    private static final List<Marker> MARKERS = List.of(
            Marker.CIRCLE,
            Marker.SQUARE,
            Marker.DIAMOND,
            Marker.TRIANGLE_UP,
            Marker.TRIANGLE_DOWN,
            Marker.PLUS,
            Marker.TRIANGLE_LEFT,
            Marker.CROSS,
            Marker.TRIANGLE_RIGHT,
            Marker.STAR);

    /// Longer names do not fit into a legend.
    private static final int LONGEST = 44;

    /// `runs` in the order of what they differ in, named and coloured by it. Those that differ in nothing, or in
    /// something too long to say, are named by their folders.
    static List<Compared> of(Map<Path, RunFiles> runs, Differences differences) {
        List<Path> folders = new ArrayList<>(runs.keySet());
        folders.sort(Comparator.comparing(runs::get, differences.order()));
        Map<Path, String> names = names(folders, runs, differences);
        List<Compared> compared = new ArrayList<>();
        for (Path folder : folders) {
            int place = compared.size();
            Ink ink = differences.ordered() ? Ink.ordered(place, folders.size()) : Ink.distinct(place);
            compared.add(new Compared(folder, names.get(folder), runs.get(folder), ink, MARKERS.get(place)));
        }
        return compared;
    }

    /// What all runs have alike, or an empty text.
    static String same(List<Compared> runs, Function<RunFiles, String> fact) {
        String first = fact.apply(runs.getFirst().run());
        return runs.stream().allMatch(run -> fact.apply(run.run()).equals(first)) ? first : "";
    }

    private static Map<Path, String> names(List<Path> folders, Map<Path, RunFiles> runs, Differences differences) {
        boolean byName = folders.stream().map(Compared::lastName).distinct().count() == folders.size();
        boolean tooLong =
                runs.values().stream().anyMatch(run -> differences.name(run).length() > LONGEST);
        Map<Path, String> names = new LinkedHashMap<>();
        for (Path folder : folders) {
            String place = byName ? lastName(folder) : folder.toString();
            String name = tooLong ? "" : differences.name(runs.get(folder));
            boolean shared = runs.values().stream()
                            .filter(other -> differences.name(other).equals(name))
                            .count()
                    > 1;
            names.put(folder, name.isEmpty() ? place : shared ? name + " (" + place + ")" : name);
        }
        return names;
    }

    /// What the folder is called, `.` and `..` too.
    private static String lastName(Path folder) {
        return folder.toAbsolutePath().normalize().getFileName().toString();
    }
}
