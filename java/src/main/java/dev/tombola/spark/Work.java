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

/// What the Spark tasks of a job are given: trainings on images of one data set.
///
/// @param tasks that share the trainings
record Work(Tools tools, List<Order> orders, int tasks) implements Serializable {
    Work {
        orders = List.copyOf(orders);
    }

    /// The share of a task.
    List<Order> orders(int task) {
        return orders.subList(first(task), first(task + 1));
    }

    private int first(int task) {
        return (int) ((long) task * orders.size() / tasks);
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
    /// own,
    ///     which is nobody's to find again
    record Order(String recipe, int trial, Task task, int done, Checkpoint found) implements Serializable {
        static Order of(Engine.Part part) {
            return new Order(
                    part.recipe().toYaml(),
                    part.trial(),
                    part.task(),
                    part.done(),
                    part.checkpoints().take().orElse(null));
        }

        Engine.Part part(TrainingListener listener) {
            return new Engine.Part(
                    Recipe.parse(recipe), trial, task, done, Checkpoints.from(Optional.ofNullable(found)), listener);
        }
    }
}
