package dev.tombola.kernel;

import dev.tombola.tensor.Activation;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Batch;
import dev.tombola.tensor.Dropout;
import dev.tombola.tensor.Ints;
import dev.tombola.tensor.Norm;
import dev.tombola.tensor.Pixels;
import dev.tombola.tensor.Rule;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Shuffle;
import dev.tombola.tensor.Span;
import dev.tombola.tensor.Weights;
import dev.tombola.tensor.Window;
import java.util.function.Supplier;

/// The operations of `tombola.h` under the same names, but that [#dropout] and [#shuffle] are `…_apply` there, and
/// [#score] its `softmax_cross_entropy` without a gradient. Trainings do all but [#linearBackwardWeight],
/// [#convBackwardWeight] and [#biasBackward]: those define what [#linearUpdate] and [#convUpdate] do, and tests compare
/// them.
/// Letters: N batch, K inputs, M outputs; batches are `[features][N]`, those of images `[C][H][W][N]`. All
/// implementations give the same bits (native/README.md, "The numeric contract"), but for a GPU that multiplies in
/// TF32. Operands whose sizes disagree, or indices outside their table, give a [KernelException] and leave the outputs
/// as they were or partly written; nothing else.
/// Operands of one call do not overlap unless it says so: what overlaps gets unspecified numbers, but nothing outside
/// is touched.
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
    /// stored. `m` and `v` are laid out as the weights' values. And [#biasBackward] of `dy`.
    ///
    /// @param v null for SGD
    /// @param db null where no bias gradient is wanted
    void linearUpdate(Rule rule, int iteration, Weights weights, Batch x, Batch dy, Span m, Span v, Span db);

    /// `y[m][h][w] = activation(bias[m] + Σ w[m][c][kh][kw]·x[c][h·stride + kh − padding][w·stride + kw − padding])`,
    /// (c, kh, kw) ascending, what lies outside the image being +0.
    ///
    /// @param bias or null: then from +0
    void convForward(Window window, Weights weights, Span bias, Batch x, Activation activation, Batch y);

    /// `dx[c][h][w] = Σ w[m][c][kh][kw]·dy[m][…]` over every output that read `x[c][h][w]`, (m, kh, kw) ascending, from
    /// +0; `gate` as in [#linearBackwardInput].
    void convBackwardInput(Window window, Weights weights, Batch dy, Batch gate, Batch dx);

    /// `dw[m][c][kh][kw]`: the sum over the batch and all positions of `dy[m][h][w][n]` times what its weight read, in
    /// sixteen partials, n div 16 before h before w; laid out as the weights' values.
    void convBackwardWeight(Window window, Weights weights, Batch x, Batch dy, Span dw);

    /// [#convBackwardWeight], [#optimizerStep] and [#biasBackward] in one pass, as [#linearUpdate].
    ///
    /// @param db null where no bias gradient is wanted
    void convUpdate(
            Rule rule, int iteration, Window window, Weights weights, Batch x, Batch dy, Span m, Span v, Span db);

    /// The largest of a window's values. Windows do not overlap: stride = kernel height = kernel width, padding 0; rows
    /// and columns that fill no window are left out.
    void maxPoolForward(Window window, Batch x, Batch y);

    /// `dx = dy` where x is the first maximum of its window in the order (kh, kw), else +0; `gate` as above.
    void maxPoolBackward(Window window, Batch x, Batch dy, Batch gate, Batch dx);

    /// `y[c] = Σ x[c][position]·(1/positions)`, positions ascending, from +0.
    void averagePoolForward(Batch x, Batch y);

    /// `dx[c][position] = dy[c]·(1/positions)`; `gate` as above.
    void averagePoolBackward(Batch dy, Batch gate, Batch dx);

    /// `y = activation(fma(scale, (x − mean)·inverseDeviation, shift))` with the statistics of this batch, which it
    /// leaves in `norm`; moves the running ones by a tenth. `tombola.h` states the order of the sums.
    void batchNormForward(Norm norm, Batch x, Activation activation, Batch y);

    /// [#batchNormForward] with the running statistics.
    void batchNormInfer(Norm norm, Batch x, Activation activation, Batch y);

    /// With x̂ of the last forward: `dshift = Σ dy`, `dscale = Σ dy·x̂`,
    /// `dx = (scale·inverseDeviation)·(dy − dshift/count − x̂·dscale/count)`; `gate` as above; `dx` may be `dy`.
    void batchNormBackward(Norm norm, Batch x, Batch dy, Batch gate, Span dscale, Span dshift, Batch dx);

    /// `y = activation(a + b)`; where `gate` is given, +0 unless gate > 0; `y` may be `a` or `b`.
    void add(Batch a, Batch b, Activation activation, Batch gate, Batch y);

    /// `y = kept ? x·scale : +0`; `y` may be `x`. Values forward, their gradients backward.
    void dropout(Dropout dropout, int iteration, Batch x, Batch y);

    /// `db[m]`: the sum over the batch and all positions of `dy[m]` in sixteen partials, n div 16 before positions.
    /// `dy` has as many outputs as `db` is long, of equally many positions.
    void biasBackward(Batch dy, Span db);

    /// y = x ≤ 0 ? +0 : x; `y` may be `x`.
    void reluForward(Batch x, Batch y);

    /// dx = y > 0 ? dy : +0; `dx` may be `dy`.
    void reluBackward(Batch y, Batch dy, Batch dx);

    /// Adds the batch's losses and hits to `score`, in example order, and stores
    /// dlogits = (softmax − one-hot)·(1/N). A class whose logit is more than 32 below the largest has probability +0.
    void softmaxCrossEntropy(Batch logits, Ints labels, Batch dlogits, Score score);

    /// [#softmaxCrossEntropy] without a gradient.
    void score(Batch logits, Ints labels, Score score);

    /// One step of the rule's optimiser at iteration 0, 1, …: updates `w`, `m`, `v` from gradient `g`. SGD keeps its
    /// velocity in `m`.
    ///
    /// @param v null for SGD
    void optimizerStep(Rule rule, int iteration, Span w, Span g, Span m, Span v);

    /// Fills `order` with the examples sorted by (unsigned draw in that epoch, number); epochs count from 0.
    void shuffle(Shuffle shuffle, int epoch, Ints order);

    /// Fills `x` and `labels` with images `order[from … from + N)`, scaled; padding lanes get +0. The images that
    /// follow in `order` are asked of the memory early.
    ///
    /// @param features which pixels of an image become the lines of `x`, ascending; null for all of them
    void gather(Pixels images, Ints features, Ints order, int from, Batch x, Ints labels);

    /// [#gather] of all pixels, each image cropped and flipped at random.
    void gatherAugmented(Pixels images, Augment augment, int iteration, Ints order, int from, Batch x, Ints labels);

    /// So many more threads of the kernels' own, or fewer where negative, help each call that is long enough for it,
    /// whoever calls, if they have nothing else to do. No bit depends on it. None help at first.
    ///
    /// @return whether the system started as many; if not, those that it did help
    default boolean help(int more) {
        return more <= 0;
    }

    /// Does what is timed for one core: nobody helps meanwhile, whoever calls.
    default <T> T alone(Supplier<T> work) {
        return work.get();
    }

    /// Nanoseconds that helpers have worked for this thread's calls so far, less those that it waited for them.
    default long helpedNanos() {
        return 0;
    }
}
