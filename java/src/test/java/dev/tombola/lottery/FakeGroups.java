package dev.tombola.lottery;

import dev.tombola.train.Trained;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;

/// The same of trainings that are handed over together.
public class FakeGroups extends FakeEngine {
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

    @Override
    public int together() {
        return 64;
    }

    @Override
    public Iterator<NavigableMap<Integer, Trained>> inGroups(List<Part> parts) {
        sizes.add(parts.size());
        return super.inGroups(parts);
    }

    /// How large each group was.
    public List<Integer> sizes() {
        return sizes;
    }
}
