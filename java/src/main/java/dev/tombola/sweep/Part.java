package dev.tombola.sweep;

import dev.tombola.base.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// One of the parts that a sweep is cut into, so that several machines can train it: `3/16` is the third of sixteen.
///
/// @param number from 1
/// @param of parts in all
public record Part(int number, int of) {
    /// Parts that a sweep may be cut into.
    public static final int MOST = 10_000;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

    private record Load(int part, double seconds) {}

    /// What `--part` says.
    public static Part of(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text);
        }
        Part part = new Part(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (part.number < 1 || part.number > part.of || part.of > MOST) {
            throw wrong(text);
        }
        return part;
    }

    private static UserError wrong(String text) {
        return new UserError("--part is %s; it must be one of 1/N to N/N, with N at most %,d, such as 3/16."
                .formatted(text.isBlank() ? "empty" : text, MOST));
    }

    @Override
    public String toString() {
        return number + "/" + of;
    }

    /// Cuts a list into parts that take about as long: the longest first, each to the part that has least so far. What
    /// is given decides all of it, every item is in one part, and each part keeps the list's order. Where there are
    /// more parts than items, some are empty.
    ///
    /// @param seconds of an item
    static <T> List<List<T>> cut(List<T> items, ToDoubleFunction<T> seconds, int parts) {
        double[] lengths = items.stream().mapToDouble(seconds).toArray();
        PriorityQueue<Load> loads =
                new PriorityQueue<>(Comparator.comparingDouble(Load::seconds).thenComparingInt(Load::part));
        IntStream.range(0, parts).forEach(part -> loads.add(new Load(part, 0)));
        int[] partOf = new int[lengths.length];
        for (int item : byLength(lengths)) {
            Load least = loads.remove();
            partOf[item] = least.part();
            loads.add(new Load(least.part(), least.seconds() + lengths[item]));
        }
        List<List<T>> cut = new ArrayList<>();
        IntStream.range(0, parts).forEach(_ -> cut.add(new ArrayList<>()));
        for (int item = 0; item < partOf.length; item++) {
            cut.get(partOf[item]).add(items.get(item));
        }
        return cut;
    }

    /// The longest first, equals in order.
    private static int[] byLength(double[] lengths) {
        Integer[] places = IntStream.range(0, lengths.length).boxed().toArray(Integer[]::new);
        Arrays.sort(places, Comparator.comparingDouble((Integer place) -> -lengths[place]));
        return Arrays.stream(places).mapToInt(Integer::intValue).toArray();
    }
}
