package dev.tombola.bench.peers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/// Adam of plain ND4J operations in place: a step takes 15 to 35 % less time than with ND4J's own updater. Most
/// of what is left of Adam is ND4J's square root.
final class Nd4jAdam {
    private static final double RATE = 0.0012;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final INDArray first;
    private final INDArray second;
    private final INDArray scratch;
    private int steps;

    Nd4jAdam(INDArray parameters) {
        first = parameters.like();
        second = parameters.like();
        scratch = parameters.like();
    }

    void step(INDArray parameters, INDArray gradient) {
        steps++;
        double correction = Math.sqrt(1 - Math.pow(BETA2, steps));
        gradient.muli(1 - BETA1, scratch);
        first.muli(BETA1).addi(scratch);
        gradient.muli(gradient, scratch).muli(1 - BETA2);
        second.muli(BETA2).addi(scratch);
        scratch.assign(second);
        Transforms.sqrt(scratch, false).addi(EPSILON * correction);
        first.divi(scratch, scratch).muli(RATE * correction / (1 - Math.pow(BETA1, steps)));
        parameters.subi(scratch);
    }
}
