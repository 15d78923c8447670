package dev.tombola.spark;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.KernelException;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.LocalEngine;
import dev.tombola.lottery.Recipe;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Point;
import dev.tombola.train.StoppedException;
import dev.tombola.train.TrainingListener;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;

/// An executor's side: its kernels, opened once, and its images, which its tasks share.
final class Station {
    /// What Spark calls the executor that is in the driver's own process, of `--master local[N]`.
    private static final String DRIVER = "driver";

    private static final Map<Place, Station> OPENED = new HashMap<>();

    private final Backends.Choice choice;
    private final LocalEngine engine;

    /// @param gpu the number of the GPU that Spark lent; -1 for none
    private record Place(Work.Tools tools, int gpu) {
        @Override
        public String toString() {
            String host = SparkEnv.get().blockManager().blockManagerId().host();
            return gpu < 0 ? host : host + ", GPU " + gpu;
        }
    }

    private Station(Work.Tools tools, Backends.Choice choice) {
        this.choice = choice;
        this.engine = new LocalEngine(tools.options(), choice, new IdleCores(), System.err::println); // the log
    }

    /// Does a task's work.
    static Answer train(Broadcast<Work> work, Broadcast<SentImages> images) {
        try {
            return ready(work.value().tools()).train(work.value().orders(), images);
        } catch (StoppedException e) {
            throw e; // the task was killed, and nobody waits for an answer
        } catch (RuntimeException e) {
            if (e instanceof KernelException kernel && kernel.isOfLostDevice()) {
                leave(e);
            }
            return Answer.failed(e);
        }
    }

    /// This executor's station, for trainings.
    private static Station ready(Work.Tools tools) {
        try {
            return at(tools);
        } catch (UserError e) {
            throw refusal(tools, e);
        }
    }

    /// Another executor has said that it can train on its GPU as asked: where this one cannot, its GPU has failed, and
    /// whatever training it is given would, too.
    static RuntimeException refusal(Work.Tools tools, UserError e) {
        return tools.backend().equals("cuda")
                ? KernelException.ofDevice("an executor cannot train: " + Reason.clause(e), e)
                : e;
    }

    /// Ends an executor whose GPU failed, which would fail every task from now on: Spark does this one elsewhere, and
    /// starts another executor. The driver's own process stays, and its answer ends the sweep.
    private static void leave(RuntimeException failure) {
        if (!DRIVER.equals(SparkEnv.get().executorId())) {
            System.err.println("This executor ends, for " + failure.getMessage());
            System.exit(1);
        }
    }

    /// What an executor says first.
    ///
    /// @param where it is and what it trains with, in a few words
    /// @param gpu its name; null for none
    record Greeting(String where, String gpu) implements Serializable {}

    /// @throws UserError if it cannot train as asked
    static Greeting greeting(Work.Tools tools) {
        Backends.Choice choice = at(tools).choice;
        String where = "%s: %s, Java %s".formatted(new Place(tools, gpu()), choice.name(), Runtime.version());
        return new Greeting(
                where, choice.device() == null ? null : choice.device().name());
    }

    /// This executor's station for a task.
    private static Station at(Work.Tools tools) {
        Place place = new Place(tools, gpu());
        synchronized (OPENED) {
            Station station = OPENED.get(place);
            if (station == null) {
                station = open(place);
                OPENED.put(place, station);
            }
            return station;
        }
    }

    private static Station open(Place place) {
        Work.Tools tools = place.tools();
        try {
            return new Station(tools, Backends.open(tools.backend(), tools.isa(), Math.max(0, place.gpu())));
        } catch (UserError e) {
            throw new UserError("On %s: %s".formatted(place, e.getMessage()), e);
        }
    }

    private static int gpu() {
        ResourceInformation lent = TaskContext.get().resourcesJMap().get("gpu");
        if (lent == null) {
            return -1;
        }
        String address = lent.addresses()[0];
        try {
            return Integer.parseInt(address);
        } catch (NumberFormatException e) {
            throw new UserError(
                    "Spark lent a GPU of the address %s; it must be its number, as nvidia-smi's index."
                            .formatted(address),
                    e);
        }
    }

    private Answer train(List<Work.Order> orders, Broadcast<SentImages> images) {
        TrainingListener listener = new Killed(TaskContext.get());
        List<Engine.Part> parts =
                orders.stream().map(order -> order.part(listener)).toList();
        List<Recipe> held = new ArrayList<>();
        try {
            for (Engine.Part part : parts) {
                engine.hold(part.recipe(), () -> images.value().dataset());
                held.add(part.recipe());
            }
            return Answer.of(engine.train(parts));
        } finally {
            held.forEach(engine::release);
        }
    }

    /// Stops a training whose Spark task is killed.
    private record Killed(TaskContext context) implements TrainingListener {
        @Override
        public void evaluated(Point point) {}

        @Override
        public boolean stopping() {
            return context.isInterrupted();
        }
    }
}
