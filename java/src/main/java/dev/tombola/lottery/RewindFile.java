package dev.tombola.lottery;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.UserError;
import dev.tombola.nn.State;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Where the tickets of a trial go back to: everything that its dense network held after `prune.rewind` iterations, as
/// tensors `rewind/fc1.weight` and so on.
record RewindFile(Path file, Recipe recipe, int trial) {
    static final String FORMAT = "tombola-rewind-1";
    private static final String PREFIX = "rewind/";

    void write(State state) {
        SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
        StateTensors.put(tensors, PREFIX, recipe.network(), state);
        AtomicFile.write(file, new SafeTensors(facts(), tensors)::write);
    }

    /// @throws UserError if it is damaged or belongs to another trial or recipe
    State read() {
        SafeTensors content = SafeTensors.read(file);
        requireOwn(content.metadata());
        return StateTensors.get(file, content, PREFIX, recipe.network());
    }

    /// Looks at its header alone.
    ///
    /// @throws UserError as [#read]
    void check() {
        requireOwn(SafeTensors.readMetadata(file));
    }

    private void requireOwn(SequencedMap<String, String> found) {
        if (!found.equals(facts())) {
            throw new UserError("%s says %s where %s is expected.".formatted(file, found, facts()));
        }
    }

    private SequencedMap<String, String> facts() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("format", FORMAT);
        facts.put("recipe", recipe.hash());
        facts.put("trial", Integer.toString(trial));
        facts.put("iteration", Integer.toString(recipe.prune().rewind()));
        return facts;
    }
}
