package dev.tombola.lottery;

import dev.tombola.nn.Parameter;
import dev.tombola.nn.State;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import dev.tombola.train.Point;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiPredicate;

/// A training that takes no time and learns nothing: its result is a function of the task alone, but for the times.
public class FakeEngine implements Engine {
    private final BiPredicate<Integer, Task> diverges;

    public FakeEngine() {
        this((_, _) -> false);
    }

    public FakeEngine(BiPredicate<Integer, Task> diverges) {
        this.diverges = diverges;
    }

    @Override
    public Trained train(Part part) {
        Task task = part.task();
        TrainingListener listener = part.listener();
        boolean diverged = diverges.test(part.trial(), task);
        List<Point> curve = new ArrayList<>();
        double fingerprint = fingerprint(task);
        int every = task.evaluateEvery();
        for (int done = (task.first() / every + 1) * every; done <= task.iterations() && !diverged; done += every) {
            if (listener.stopping()) {
                throw new StoppedException();
            }
            double wave = Math.abs(StrictMath.sin(fingerprint + done));
            Point point = new Point(done, wave, wave / 2, 1 - wave / 3, 1 - wave / 4);
            curve.add(point);
            listener.evaluated(point);
        }
        Point best = null;
        for (Point point : curve) {
            best = best == null || point.valLoss() < best.valLoss() ? point : best;
        }
        State end = diverged ? moved(task, Float.NaN) : moved(task, 0.1f);
        double time = System.nanoTime() % 1000;
        return new Trained(
                curve,
                best,
                moved(task, 0.05f),
                end,
                diverged || task.rewind() == 0 ? null : moved(task, 0.01f * task.rewind()),
                diverged ? Double.NaN : 0.75,
                diverged ? Double.NaN : 0.875,
                diverged ? 7 : 0,
                List.of(Form.DENSE, Form.COMPRESSED),
                time,
                time / 2,
                time * 3);
    }

    /// The start with every survivor moved by up to `by`.
    static State moved(Task task, float by) {
        SequencedMap<String, float[]> values = new LinkedHashMap<>();
        for (Parameter parameter : task.network().parameters()) {
            float[] dense = task.start().get(parameter.name()).clone();
            Mask mask = parameter.prunable() ? task.masks().get(parameter.name()) : Mask.full(dense.length);
            for (int i = 0; i < dense.length; i++) {
                dense[i] = mask.alive(i) ? dense[i] + by * (float) StrictMath.sin(i + 1.0 + 7 * task.stream()) : 0;
            }
            values.put(parameter.name(), dense);
        }
        return new State(values);
    }

    private static double fingerprint(Task task) {
        double sum = task.stream() + task.masks().survivors();
        for (float value : task.start().get("fc1.weight")) {
            sum += value;
        }
        return sum;
    }
}
