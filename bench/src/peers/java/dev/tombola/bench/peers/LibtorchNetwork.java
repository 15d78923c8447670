package dev.tombola.bench.peers;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;

/// One of the paper's networks in DJL's blocks, and what it is trained with.
///
/// @param examples random images to train on
/// @param image shape of one
record LibtorchNetwork(Block block, int batch, int examples, Shape image, Optimizer optimizer) {
    private static final int IMAGES = 10_000;
    private static final Shape CIFAR = new Shape(3, 32, 32);

    static LibtorchNetwork named(String name) {
        return switch (name) {
            case "lenet-300-100" ->
                new LibtorchNetwork(
                        connected(new SequentialBlock(), 300, 100),
                        Batches.SIZE,
                        Batches.EXAMPLES,
                        new Shape(Batches.PIXELS),
                        adam(0.0012f));
            case "conv-2" -> conv(64);
            case "conv-4" -> conv(64, 128);
            case "conv-6" -> conv(64, 128, 256);
            case "resnet-18" -> normalised(resnet18(), 128);
            case "vgg-19" -> normalised(vgg19(), 64);
            default -> throw new IllegalArgumentException("there is no network " + name);
        };
    }

    private static LibtorchNetwork conv(int... widths) {
        SequentialBlock layers = new SequentialBlock();
        for (int width : widths) {
            for (int i = 0; i < 2; i++) {
                layers.add(convolution(width, 3, 1, true)).add(Activation.reluBlock());
            }
            layers.add(halved());
        }
        Block block = connected(layers.add(Blocks.batchFlattenBlock()), 256, 256);
        return new LibtorchNetwork(block, 60, IMAGES, CIFAR, adam(0.0003f));
    }

    private static LibtorchNetwork normalised(SequentialBlock layers, int batch) {
        layers.add(Pool.globalAvgPool2dBlock()).add(Blocks.batchFlattenBlock());
        Optimizer sgd = Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(0.001f))
                .optMomentum(0.9f)
                .optWeightDecays(0.0001f)
                .build();
        return new LibtorchNetwork(connected(layers), batch, IMAGES, CIFAR, sgd);
    }

    private static SequentialBlock resnet18() {
        SequentialBlock layers = new SequentialBlock();
        layers.add(convolution(16, 3, 1, false)).add(norm()).add(Activation.reluBlock());
        for (int width : new int[] {16, 32, 64}) {
            for (int block = 0; block < 3; block++) {
                layers.add(residual(width, block == 0 && width > 16 ? 2 : 1)).add(Activation.reluBlock());
            }
        }
        return layers;
    }

    private static Block residual(int width, int stride) {
        SequentialBlock branch = new SequentialBlock()
                .add(convolution(width, 3, stride, false))
                .add(norm())
                .add(Activation.reluBlock())
                .add(convolution(width, 3, 1, false))
                .add(norm());
        Block shortcut = stride == 1
                ? Blocks.identityBlock()
                : new SequentialBlock()
                        .add(convolution(width, 1, stride, false))
                        .add(norm());
        return new ParallelBlock(
                ways -> new NDList(
                        ways.get(0).singletonOrThrow().add(ways.get(1).singletonOrThrow())),
                List.of(branch, shortcut));
    }

    private static SequentialBlock vgg19() {
        SequentialBlock layers = new SequentialBlock();
        int[] widths = {64, 128, 256, 512, 512};
        int[] depths = {2, 2, 4, 4, 4};
        for (int i = 0; i < widths.length; i++) {
            if (i > 0) {
                layers.add(halved());
            }
            for (int depth = 0; depth < depths[i]; depth++) {
                layers.add(convolution(widths[i], 3, 1, false)).add(norm()).add(Activation.reluBlock());
            }
        }
        return layers;
    }

    /// Fully connected layers with ReLU between them, the last of them of ten classes.
    private static Block connected(SequentialBlock layers, int... widths) {
        for (int width : widths) {
            layers.add(Linear.builder().setUnits(width).build()).add(Activation.reluBlock());
        }
        return layers.add(Linear.builder().setUnits(10).build());
    }

    private static Block convolution(int filters, int kernel, int stride, boolean biased) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(kernel, kernel))
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optBias(biased)
                .build();
    }

    private static Block norm() {
        return BatchNorm.builder().build();
    }

    private static Block halved() {
        return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
    }

    private static Optimizer adam(float rate) {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(rate)).build();
    }
}
