package dev.tombola.spark;

import dev.tombola.lottery.Engine;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.FormChoice;
import dev.tombola.train.Checkpoint;
import dev.tombola.train.Checkpoints;
import dev.tombola.train.Task;
import dev.tombola.train.TrainingListener;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/// What a Spark task is given: trainings on images of one data set.
record Work(Tools tools, List<Order> orders) implements Serializable {
    Work {
        orders = List.copyOf(orders);
    }

    /// What the executors are to train with, as in [Options].
    record Tools(String backend, String isa, FormChoice form, int replicas) implements Serializable {
        static Tools of(Options options) {
            return new Tools(options.backend(), options.isa(), options.form(), options.replicas());
        }

        Options options() {
            return Options.defaults().withBackend(backend, isa).withForm(form).withReplicas(replicas);
        }
    }

    /// A training.
    ///
    /// @param recipe as text
    /// @param found what an interrupted training left on the driver's disk, or null; an executor leaves none on its
    ///     own, which is nobody's to find again
    record Order(String recipe, int trial, Task task, int done, Checkpoint found) implements Serializable {
        static Order of(Engine.Part part) {
            return new Order(
                    part.recipe().toYaml(),
                    part.trial(),
                    part.task(),
                    part.done(),
                    part.checkpoints().latest().orElse(null));
        }

        Engine.Part part(TrainingListener listener) {
            return new Engine.Part(
                    Recipe.parse(recipe), trial, task, done, Checkpoints.from(Optional.ofNullable(found)), listener);
        }
    }
}
