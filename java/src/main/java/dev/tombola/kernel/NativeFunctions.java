package dev.tombola.kernel;

import java.lang.foreign.MemorySegment;

/// The addresses of `tombola.h`'s operations in a library.
record NativeFunctions(
        MemorySegment linearForward,
        MemorySegment linearBackwardInput,
        MemorySegment linearBackwardWeight,
        MemorySegment linearUpdate,
        MemorySegment convForward,
        MemorySegment convBackwardInput,
        MemorySegment convBackwardWeight,
        MemorySegment convUpdate,
        MemorySegment maxPoolForward,
        MemorySegment maxPoolBackward,
        MemorySegment averagePoolForward,
        MemorySegment averagePoolBackward,
        MemorySegment batchNormForward,
        MemorySegment batchNormInfer,
        MemorySegment batchNormBackward,
        MemorySegment add,
        MemorySegment dropout,
        MemorySegment biasBackward,
        MemorySegment reluForward,
        MemorySegment reluBackward,
        MemorySegment softmaxCrossEntropy,
        MemorySegment optimizerStep,
        MemorySegment shuffle,
        MemorySegment gather,
        MemorySegment gatherAugmented) {
    static NativeFunctions of(NativeLibrary library) {
        return new NativeFunctions(
                library.function("tombola_linear_forward"),
                library.function("tombola_linear_backward_input"),
                library.function("tombola_linear_backward_weight"),
                library.function("tombola_linear_update"),
                library.function("tombola_conv_forward"),
                library.function("tombola_conv_backward_input"),
                library.function("tombola_conv_backward_weight"),
                library.function("tombola_conv_update"),
                library.function("tombola_max_pool_forward"),
                library.function("tombola_max_pool_backward"),
                library.function("tombola_average_pool_forward"),
                library.function("tombola_average_pool_backward"),
                library.function("tombola_batch_norm_forward"),
                library.function("tombola_batch_norm_infer"),
                library.function("tombola_batch_norm_backward"),
                library.function("tombola_add"),
                library.function("tombola_dropout_apply"),
                library.function("tombola_bias_backward"),
                library.function("tombola_relu_forward"),
                library.function("tombola_relu_backward"),
                library.function("tombola_softmax_cross_entropy"),
                library.function("tombola_optimizer_step"),
                library.function("tombola_shuffle_apply"),
                library.function("tombola_gather"),
                library.function("tombola_gather_augmented"));
    }
}
