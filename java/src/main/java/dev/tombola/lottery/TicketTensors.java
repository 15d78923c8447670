package dev.tombola.lottery;

import dev.tombola.nn.Parameter;
import dev.tombola.tensor.Mask;
import java.nio.file.Path;

/// The file of a training that did not diverge, read a tensor at a time: who looks at one layer needs no memory for the
/// others. Each method throws [dev.tombola.base.UserError], naming the file, where the tensor is missing, of another
/// shape or damaged.
public final class TicketTensors {
    private final Path file;

    TicketTensors(Path file) {
        this.file = file;
    }

    /// First values in the dense shape, pruned entries +0.
    public float[] start(Parameter parameter) {
        return floats(Ticket.START, parameter);
    }

    /// Weights after the last iteration, in the dense shape.
    public float[] end(Parameter parameter) {
        return floats(Ticket.END, parameter);
    }

    /// Which weights of a prunable parameter survive.
    public Mask mask(Parameter parameter) {
        return StateTensors.mask(file, content(Ticket.MASK, parameter), Ticket.MASK, parameter);
    }

    private float[] floats(String prefix, Parameter parameter) {
        return StateTensors.tensor(file, content(prefix, parameter), prefix, parameter, SafeTensors.Floats.class)
                .values();
    }

    private SafeTensors content(String prefix, Parameter parameter) {
        return SafeTensors.read(file, (prefix + parameter.name())::equals);
    }
}
