package dev.tombola.sweep;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Extent;
import dev.tombola.lottery.FinishedJobs;
import dev.tombola.lottery.ImageSet;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Source;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.prune.Ladder;
import dev.tombola.scheduler.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/// What a sweep comes to: its recipes, each once, and the trainings that are still to be done.
public final class SweepPlan {
    /// What the program takes without any training.
    public static final long PROGRAM = 256_000_000;

    private final int asked;
    private final Tickets tickets;
    private final List<PlannedRecipe> recipes;
    private final Costing costing;
    private final List<Training> trainings = new ArrayList<>();
    private final List<Cost> costs = new ArrayList<>();
    private final Differing differing;
    private final List<PlannedRecipe> recipeOf = new ArrayList<>();
    private final List<Job> jobOf = new ArrayList<>();

    private SweepPlan(int asked, List<PlannedRecipe> recipes, Differing differing, Tickets tickets, Costing costing) {
        this.asked = asked;
        this.differing = differing;
        this.tickets = tickets;
        this.recipes = recipes;
        this.costing = costing;
        Map<Kind, Integer> kinds = new HashMap<>();
        for (PlannedRecipe planned : recipes) {
            int levels = planned.levels();
            Ladder ladder = planned.recipe().ladder();
            Map<Job, Integer> numbers = new HashMap<>();
            for (Job job : planned.missing(tickets)) {
                int number = trainings.size();
                numbers.put(job, number);
                Cost cost = costing.of(planned.recipe(), levels, planned.images(), job);
                List<Integer> needs = job.needs().stream()
                        .filter(numbers::containsKey)
                        .map(numbers::get)
                        .toList();
                int kind = kinds.computeIfAbsent(Kind.of(planned.recipe(), ladder, job), _ -> kinds.size());
                trainings.add(new Training(number, needs, cost.seconds(), cost.memory(), kind));
                costs.add(cost);
                recipeOf.add(planned);
                jobOf.add(job);
            }
        }
    }

    /// The plan of a sweep.
    ///
    /// @param out where the run folders are, each by its recipe's hash
    /// @param data what `--data` says, or null; only a user's own data are read
    /// @param costs the machine's cost model by batch; asked once
    public static SweepPlan of(
            Sweep sweep, Path out, Path data, FormChoice forms, Tickets tickets, IntFunction<CostModel> costs) {
        Map<Source, Recipe> held = new HashMap<>();
        Map<Source, Extent> images = new HashMap<>();
        Map<String, PlannedRecipe> byHash = new LinkedHashMap<>();
        sweep.recipes(asked -> {
            Source source = asked.data().source();
            Recipe recipe = asked;
            if (source.extent().isPresent()) {
                images.putIfAbsent(source, source.extent().get());
            } else if (!held.containsKey(source)) {
                Dataset dataset = asked.load(data);
                held.put(source, asked.on(dataset));
                images.put(source, dataset.extent());
            }
            if (held.containsKey(source)) {
                recipe = asked.on(held.get(source).data().source());
            }
            add(recipe, images.get(source), out, byHash);
        });
        List<PlannedRecipe> recipes = List.copyOf(byHash.values());
        int batch = recipes.getFirst().recipe().train().batch();
        Costing costing = new Costing(costs.apply(batch), forms);
        return new SweepPlan(sweep.count(), recipes, new Differing(recipes), tickets, costing);
    }

    /// Nothing where the folder cannot be read: that fails the recipe's trainings, with the reason, and no others.
    private static FinishedJobs finished(Path folder, Recipe recipe) {
        try {
            return FinishedJobs.in(folder, recipe);
        } catch (UserError _) {
            return FinishedJobs.NONE;
        }
    }

    private static void add(Recipe recipe, Extent images, Path out, Map<String, PlannedRecipe> byHash) {
        recipe.requireFit(images);
        String hash = recipe.hash();
        PlannedRecipe there = byHash.get(hash);
        SortedSet<Job> jobs = Job.all(recipe.run());
        if (there != null) {
            jobs.addAll(there.jobs());
            byHash.put(
                    hash,
                    new PlannedRecipe(
                            there.recipe().widened(recipe), hash, there.folder(), images, jobs, there.finished()));
        } else {
            Path folder = out.resolve(hash);
            byHash.put(hash, new PlannedRecipe(recipe, hash, folder, images, jobs, finished(folder, recipe)));
        }
    }

    /// A part of this plan: whole recipes, for a run folder is held by one process at a time.
    public SweepPlan part(Part part) {
        return parts(part.of()).get(part.number() - 1);
    }

    /// This plan in parts that take about as long. The sweep alone decides which recipe is in which part, neither what
    /// is finished nor how fast a machine is: whoever is asked for a part, wherever and whenever, has the same recipes.
    public List<SweepPlan> parts(int count) {
        return Part.cut(recipes, Costing.anywhere()::seconds, count).stream()
                .map(some -> new SweepPlan(some.size(), some, differing, tickets, costing))
                .toList();
    }

    /// Recipes that were asked for, the same ones counted each time.
    public int asked() {
        return asked;
    }

    /// Whose weights stay.
    public Tickets tickets() {
        return tickets;
    }

    /// Every recipe once, in the sweep's order.
    public List<PlannedRecipe> recipes() {
        return recipes;
    }

    /// What is still to be trained, recipe after recipe.
    public List<Training> trainings() {
        return Collections.unmodifiableList(trainings);
    }

    /// What a training of [#trainings] is of its recipe.
    public Job job(Training training) {
        return jobOf.get(training.number());
    }

    /// The recipe of a training.
    public PlannedRecipe recipe(Training training) {
        return recipeOf.get(training.number());
    }

    /// A recipe in words: its hash, and the settings in which the sweep's recipes differ.
    String named(PlannedRecipe planned) {
        String settings = differing.settings(planned.recipe());
        return "recipe " + planned.hash() + (settings.isEmpty() ? "" : " (" + settings + ")");
    }

    Cost cost(Training training) {
        return costs.get(training.number());
    }

    /// Trainings that were asked for, finished or not.
    public long wanted() {
        return recipes.stream().mapToLong(planned -> planned.jobs().size()).sum();
    }

    /// Those of them that never will be, for what they need diverged.
    public int lost() {
        return recipes.stream()
                .mapToInt(planned -> planned.finished().lost(planned.jobs()).size())
                .sum();
    }

    /// Those of them that are finished.
    public long finished() {
        return recipes.stream()
                .mapToLong(planned -> planned.jobs().stream()
                        .filter(job -> planned.finished().all().contains(job))
                        .count())
                .sum();
    }

    /// Bytes of the images that trainings share, of as many sets as are held at a time.
    public long shared() {
        Map<ImageSet, Extent> images = new HashMap<>();
        recipes.forEach(planned -> images.put(ImageSet.of(planned.recipe()), planned.images()));
        return images.values().stream()
                .map(Extent::bytes)
                .sorted(Comparator.reverseOrder())
                .limit(OpenRuns.MOST)
                .mapToLong(bytes -> bytes)
                .sum();
    }

    /// Looks at all data that are read from files, before anything is trained.
    ///
    /// @param look reads a recipe's data; what to be warned of
    /// @param noted told what to be warned of, in one sentence each
    /// @throws UserError naming the file that is missing or damaged
    public void requireData(Function<Recipe, Optional<String>> look, Consumer<String> noted) {
        Map<Source, Recipe> sources = new LinkedHashMap<>();
        for (Training training : trainings) {
            Recipe recipe = recipe(training).recipe();
            if (!(recipe.data().source() instanceof Source.Drawn)) {
                sources.putIfAbsent(recipe.data().source(), recipe);
            }
        }
        sources.values().forEach(recipe -> look.apply(recipe).ifPresent(noted));
    }

    /// What of a memory budget trainings may take together, beside the images and the program.
    ///
    /// @throws UserError if one of them does not fit even alone
    public long forTrainings(long memory) {
        long rest = memory - shared() - PROGRAM;
        for (Training training : trainings) {
            if (training.bytes() > rest) {
                throw new UserError("--memory is %s but %s of recipe %s takes %s, beside %s for images and program."
                        .formatted(
                                Bytes.text(memory),
                                job(training),
                                recipe(training).hash(),
                                Bytes.text(training.bytes()),
                                Bytes.text(shared() + PROGRAM)));
            }
        }
        return rest;
    }
}
