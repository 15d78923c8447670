package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.nn.Network;
import dev.tombola.nn.Parameter;
import dev.tombola.nn.State;
import dev.tombola.tensor.Mask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Snapshots of a network as tensors of a file, such as `start/fc1.weight`, in dense shapes.
final class StateTensors {
    private StateTensors() {}

    static void put(SequencedMap<String, SafeTensors.Tensor> tensors, String prefix, Network network, State state) {
        for (Parameter parameter : network.parameters()) {
            tensors.put(
                    prefix + parameter.name(), new SafeTensors.Floats(parameter.shape(), state.get(parameter.name())));
        }
    }

    /// @param file for messages
    /// @throws UserError if a tensor is missing or of another shape
    static State get(Path file, SafeTensors content, String prefix, Network network) {
        SequencedMap<String, float[]> values = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            values.put(
                    parameter.name(),
                    tensor(file, content, prefix, parameter, SafeTensors.Floats.class)
                            .values());
        }
        return new State(values);
    }

    /// The mask of one parameter.
    static Mask mask(Path file, SafeTensors content, String prefix, Parameter parameter) {
        try {
            return Mask.of(tensor(file, content, prefix, parameter, SafeTensors.Bytes.class)
                    .values());
        } catch (IllegalArgumentException e) {
            throw new UserError(file + " has a wrong mask for " + parameter.name() + ": " + e.getMessage() + ".", e);
        }
    }

    /// The tensor of one parameter.
    static <T extends SafeTensors.Tensor> T tensor(
            Path file, SafeTensors content, String prefix, Parameter parameter, Class<T> type) {
        String name = prefix + parameter.name();
        SafeTensors.Tensor tensor = content.tensors().get(name);
        if (!type.isInstance(tensor) || !tensor.shape().equals(parameter.shape())) {
            String found = tensor == null ? "is not there" : "is " + tensor.type() + " " + tensor.shape();
            throw new UserError("%s is not sound: %s %s where %s %s is expected."
                    .formatted(file, name, found, type == SafeTensors.Bytes.class ? "U8" : "F32", parameter.shape()));
        }
        return type.cast(tensor);
    }
}
