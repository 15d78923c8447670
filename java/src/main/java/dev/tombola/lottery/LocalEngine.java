package dev.tombola.lottery;

import dev.tombola.base.Plural;
import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Device;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.train.IdleCores;
import dev.tombola.train.ReplicaTrainer;
import dev.tombola.train.Trained;
import dev.tombola.train.Trainer;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Trains with this machine's kernels: on its processor a training per thread, on a GPU groups of them.
public final class LocalEngine implements Engine, AutoCloseable {
    /// Below this density a layer is compressed on a GPU: from its memory's bounds, until somebody measures it.
    private static final double GPU_BREAK_EVEN = 0.3;

    private final Options options;
    private final Backends.Choice choice;
    private final IdleCores idle;
    private final Consumer<String> noted;
    private final ImageStore images;
    private final Map<Integer, CostModel> costs = new HashMap<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /// @param idle cores whose workers have nothing to train
    /// @param noted told in one sentence what takes a while, and once how many trainings a GPU has side by side
    public LocalEngine(Options options, Backends.Choice choice, IdleCores idle, Consumer<String> noted) {
        this.options = options;
        this.choice = choice;
        this.idle = idle;
        this.noted = noted;
        Device device = choice.device();
        if (options.form() == FormChoice.RESIDENT && device == null) {
            throw new UserError("--form resident is for a GPU, and the backend is " + choice.name()
                    + "; auto, dense and compressed are for any.");
        }
        this.images = new ImageStore(options.data(), device == null ? Arena::ofShared : device::memory);
    }

    /// Reads a recipe's images unless they are there; its trainings can be asked for until [#release].
    ///
    /// @throws dev.tombola.base.UserError if they are missing or damaged, if an epoch has not even one batch, or if the
    ///     recipe cannot be trained as asked
    @Override
    public Optional<String> hold(Recipe recipe) {
        requireFit(recipe);
        return images.hold(recipe);
    }

    /// The same with images that come from elsewhere.
    ///
    /// @param from asked for them unless they are there
    public void hold(Recipe recipe, Supplier<Dataset> from) {
        requireFit(recipe);
        images.hold(recipe, from);
    }

    private void requireFit(Recipe recipe) {
        options.requirePrecision(recipe, choice.name(), choice.device() != null);
        boolean whole = !recipe.data().flip() && recipe.data().crop() == 0;
        int batch = recipe.train().batch();
        if (!options.form().fits(recipe.network(), batch, whole)) {
            throw new UserError("--form resident takes up to six linear layers, a ReLU between, and up to 2,048 images"
                    + " at a time, of up to 32,767 values, as they are; %s, %,d%s images at a time, is something else."
                            .formatted(recipe.network().name(), batch, whole ? "" : " augmented")
                    + " --form compressed takes any.");
        }
    }

    @Override
    public void release(Recipe recipe) {
        images.release(recipe);
    }

    /// How forms are chosen for networks that are trained in batches of this size; measured where nobody has before.
    public synchronized CostModel costs(int batch) {
        return costs.computeIfAbsent(batch, this::measured);
    }

    /// Lends the cores that have no worker.
    public void lendSpare() {
        for (int spare = workers(); choice.device() == null && spare < options.threads(); spare++) {
            idle.lend();
        }
    }

    /// How many trainings run at a time at most.
    public int workers() {
        return choice.device() == null ? options.workers() : 1;
    }

    @Override
    public int together() {
        return choice.device() == null ? 1 : options.mostReplicas();
    }

    @Override
    public Trained train(Part part) {
        if (choice.device() != null) {
            return train(List.of(part)).getFirst();
        }
        CostModel model = costs(part.recipe().train().batch());
        return new Trainer(choice.kernels(), options.form(), model, idle)
                .train(part.task(), images.get(part.recipe(), part.trial()), part.checkpoints(), part.listener());
    }

    @Override
    public Iterator<NavigableMap<Integer, Trained>> inGroups(List<Part> parts) {
        if (choice.device() == null) {
            return Engine.super.inGroups(parts);
        }
        CostModel model = costs(parts.getFirst().recipe().train().batch());
        long share = JavaMemory.share();
        long room = share / JavaMemory.of(parts.getFirst().recipe(), share);
        if (parts.size() == room && room < options.mostReplicas()) {
            noteOnce("No more than %s handed to the GPU at once: Java has %,d MB (-Xmx) to keep what trainings come to."
                    .formatted(
                            Plural.are(parts.size(), "training"),
                            Runtime.getRuntime().maxMemory() >> 20));
        }
        ReplicaTrainer trainer =
                new ReplicaTrainer(choice.device(), options.mostReplicas(), options.form(), model, this::noteOnce);
        return trainer.train(parts.stream()
                .map(part -> new ReplicaTrainer.Part(
                        part.task(), images.get(part.recipe(), part.trial()), part.checkpoints(), part.listener()))
                .toList());
    }

    private void noteOnce(String sentence) {
        if (told.add(sentence)) {
            noted.accept(sentence);
        }
    }

    @Override
    public void close() {
        images.close();
    }

    private CostModel measured(int batch) {
        if (options.form() != FormChoice.AUTO) {
            return CostModel.constant(1, "not asked");
        }
        return choice.device() == null
                ? choice.kernels().alone(() -> Costs.of(choice.kernels(), batch, noted))
                : CostModel.constant(GPU_BREAK_EVEN, "assumed for a GPU, not measured");
    }
}
