package dev.tombola.train;

import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import java.lang.foreign.Arena;

/// A fixed set of examples to evaluate on.
///
/// @param order numbers of the examples in `images`, in the order in which their losses are added up
record EvaluationSet(Pixels images, Ints order) {
    static EvaluationSet of(Pixels images, int[] numbers) {
        return new EvaluationSet(images, Ints.of(Arena.ofAuto(), numbers));
    }

    /// Whether both have the same examples of their images, in the same order.
    boolean agreesWith(EvaluationSet other) {
        return order.data().mismatch(other.order.data()) == -1;
    }

    /// The same set with its order in other memory.
    EvaluationSet in(Arena arena) {
        Ints copy = Ints.allocate(arena, order.length());
        copy.data().copyFrom(order.data().asSlice(0, copy.data().byteSize()));
        return new EvaluationSet(images, copy);
    }
}
