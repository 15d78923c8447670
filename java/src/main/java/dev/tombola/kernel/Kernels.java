package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;

/// Every operation of a training step, once: the operations of `tombola.h` under the same names.
/// Letters: N batch, K inputs, M outputs; batches are `[features][N]`. All implementations give the same
/// bits (README, "The numeric contract"). Operands whose sizes disagree, or indices outside their
/// table, give a [KernelException] and leave the outputs as they were or partly written; nothing else. Operands of one
/// call do not overlap unless it
/// says so: what overlaps gets unspecified numbers, but nothing outside is touched.
public interface Kernels {
    /// Backend and instruction set, such as `cpu, avx512`.
    String name();

    /// `y[m] = activation(bias[m] + Σₖ w[m][k]·x[k])`, k ascending.
    void linearForward(Weights weights, Span bias, Batch x, Activation activation, Batch y);

    /// `dx[k] = Σₘ w[m][k]·dy[m]`, m ascending, from +0; where `gate` is given (x, if a ReLU made it), +0 unless
    /// `gate[k] > 0`.
    ///
    /// @param gate or null
    void linearBackwardInput(Weights weights, Batch dy, Batch gate, Batch dx);

    /// `dw[m][k] = Σₙ dy[m][n]·x[k][n]` in sixteen partials; `dw` is laid out as the weights' values, with
    /// +0 at the pruned positions of a dense form.
    void linearBackwardWeight(Weights weights, Batch x, Batch dy, Span dw);

    /// [#linearBackwardWeight] and [#optimizerStep] of the same weights in one pass, to the same bits: no gradient is
    /// stored. `m` and `v` are laid out as the weights' values.
    ///
    /// @param v null for SGD
    void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v);

    /// `db[m] = Σₙ dy[m][n]` in sixteen partials.
    void biasBackward(Batch dy, Span db);

    /// y = x ≤ 0 ? +0 : x; `y` may be `x`.
    void reluForward(Batch x, Batch y);

    /// dx = y > 0 ? dy : +0; `dx` may be `dy`.
    void reluBackward(Batch y, Batch dy, Batch dx);

    /// Adds the batch's losses and hits to `score`, in example order, and stores
    /// dlogits = (softmax − one-hot)·(1/N).
    void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score);

    /// [#softmaxCrossEntropy] without a gradient.
    void score(Batch logits, Ints labels, Score score);

    /// One step of the rule's optimiser at iteration 0, 1, …: updates `w`, `m`, `v` from gradient `g`. SGD keeps its
    /// velocity in `m`.
    ///
    /// @param v null for SGD
    void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v);

    /// Fills `x` and `labels` with images `order[from … from + N)`, scaled; padding lanes get +0. The images that
    /// follow in `order` are asked of the memory early.
    ///
    /// @param features which pixels of an image become the lines of `x`, ascending; null for all of them
    void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels);
}
