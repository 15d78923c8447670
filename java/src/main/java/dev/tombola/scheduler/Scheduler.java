package dev.tombola.scheduler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;

/// Which trainings a free worker takes next. First comes what the longest chain of other trainings waits for, then the
/// longest training: a trial's tickets wait for each other level by level, so those are what a sweep may end up waiting
/// for, and controls fill the gaps. Nothing is handed out that would not fit the memory beside what runs; what is
/// passed over too often for that has the workers wait for it.
///
/// Has no clock and no threads: whoever runs trainings, or only simulates them, tells it what became of them. Calls are
/// the caller's to keep apart.
public final class Scheduler {
    private enum Stage {
        WAITING,
        READY,
        RUNNING,
        PUT_OFF,
        FINISHED,
        FAILED,
        DROPPED
    }

    /// How often a training may be passed over for want of memory.
    private static final int PATIENCE = 16;

    private final List<Training> trainings;
    private final long memory;
    private final Stage[] stages;
    private final int[] missing;
    private final List<List<Integer>> waiters = new ArrayList<>();
    private final double[] chains;
    private final Map<Integer, Queue> queues = new HashMap<>();
    private final TreeSet<Queue> ready;
    private final List<Training> putOff = new ArrayList<>();
    private long used;
    private int running;
    private int left;
    private int passedOver;

    /// Ready trainings of one kind, the most urgent first.
    private final class Queue {
        private final int kind;
        private final PriorityQueue<Training> trainings = new PriorityQueue<>(urgency());

        Queue(int kind) {
            this.kind = kind;
        }

        /// Bytes without which none of them is begun: those of a group or, where groups would take more, half of the
        /// memory, since what gets free little by little would else be taken by groups of one.
        private long least(int limit) {
            long one = trainings.peek().bytes();
            return Math.max(one, Math.min(one * Math.min(limit, trainings.size()), memory / 2));
        }
    }

    /// @param trainings all that are to be done, each at the place of its number
    /// @param memory bytes that those that run may take together
    /// @throws IllegalArgumentException if one of them does not fit the memory even alone
    public Scheduler(List<Training> trainings, long memory) {
        this.trainings = List.copyOf(trainings);
        this.memory = memory;
        this.stages = new Stage[this.trainings.size()];
        this.missing = new int[stages.length];
        this.chains = new double[stages.length];
        this.left = stages.length;
        this.ready = new TreeSet<>(Comparator.comparing((Queue queue) -> queue.trainings.peek(), urgency())
                .thenComparingInt(queue -> queue.kind));
        for (Training training : this.trainings) {
            if (training.number() != waiters.size() || training.bytes() > memory) {
                throw new IllegalArgumentException("training %d of %d bytes is at place %d, with %d bytes for all"
                        .formatted(training.number(), training.bytes(), waiters.size(), memory));
            }
            waiters.add(new ArrayList<>(0));
            training.needs().forEach(need -> waiters.get(need).add(training.number()));
            missing[training.number()] = training.needs().size();
            stages[training.number()] = Stage.WAITING;
        }
        for (Training training : this.trainings.reversed()) {
            double longest = 0;
            for (int waiter : waiters.get(training.number())) {
                longest = Math.max(longest, chains[waiter]);
            }
            chains[training.number()] = training.seconds() + longest;
        }
        this.trainings.stream().filter(one -> one.needs().isEmpty()).forEach(this::makeReady);
    }

    /// What a free worker is to train now, side by side and all of one kind; empty where nothing is ready, or nothing
    /// fits beside what runs.
    ///
    /// @param limit trainings at most: 1 for a core, the replicas of a GPU
    public Optional<List<Training>> next(int limit) {
        Iterator<Queue> byUrgency = ready.iterator();
        boolean first = true;
        while (byUrgency.hasNext()) {
            Queue queue = byUrgency.next();
            if (used + queue.least(limit) <= memory) {
                passedOver = first ? 0 : passedOver + 1;
                return Optional.of(take(queue, limit));
            }
            if (first && passedOver >= PATIENCE) {
                return Optional.empty();
            }
            first = false;
        }
        return Optional.empty();
    }

    /// Tells that a training is finished.
    public void finished(Training training) {
        end(training, Stage.FINISHED);
        for (int waiter : waiters.get(training.number())) {
            missing[waiter]--;
            if (missing[waiter] == 0 && stages[waiter] == Stage.WAITING) {
                makeReady(trainings.get(waiter));
            }
        }
    }

    /// Tells that a training will never be finished, and drops what needs it, directly or not.
    ///
    /// @return what was dropped, in order
    public List<Training> failed(Training training) {
        end(training, Stage.FAILED);
        List<Training> dropped = new ArrayList<>();
        Deque<Integer> lost = new ArrayDeque<>(waiters.get(training.number()));
        while (!lost.isEmpty()) {
            int number = lost.remove();
            if (stages[number] == Stage.WAITING) {
                stages[number] = Stage.DROPPED;
                left--;
                dropped.add(trainings.get(number));
                lost.addAll(waiters.get(number));
            }
        }
        dropped.sort(Comparator.comparingInt(Training::number));
        return dropped;
    }

    /// Tells that a training cannot be done now: it is not handed out again before [#resume].
    public void putOff(Training training) {
        end(training, Stage.PUT_OFF);
        left++;
        putOff.add(training);
    }

    /// Whether some are put off.
    public boolean hasPutOff() {
        return !putOff.isEmpty();
    }

    /// What was put off may be handed out again.
    public void resume() {
        putOff.forEach(this::makeReady);
        putOff.clear();
    }

    /// Trainings that run.
    public int running() {
        return running;
    }

    /// Trainings that are neither finished nor failed nor dropped; those that run are among them.
    public int left() {
        return left;
    }

    /// Memory of those that run.
    public long used() {
        return used;
    }

    private List<Training> take(Queue queue, int limit) {
        ready.remove(queue);
        List<Training> group = new ArrayList<>();
        while (group.size() < limit
                && !queue.trainings.isEmpty()
                && used + queue.trainings.peek().bytes() <= memory) {
            Training training = queue.trainings.remove();
            stages[training.number()] = Stage.RUNNING;
            used += training.bytes();
            group.add(training);
        }
        running += group.size();
        if (!queue.trainings.isEmpty()) {
            ready.add(queue);
        }
        return group;
    }

    private void makeReady(Training training) {
        stages[training.number()] = Stage.READY;
        Queue queue = queues.computeIfAbsent(training.kind(), Queue::new);
        if (!queue.trainings.isEmpty()) {
            ready.remove(queue);
        }
        queue.trainings.add(training);
        ready.add(queue);
    }

    private void end(Training training, Stage stage) {
        if (stages[training.number()] != Stage.RUNNING) {
            throw new IllegalStateException(
                    "training %d is %s, not running".formatted(training.number(), stages[training.number()]));
        }
        stages[training.number()] = stage;
        used -= training.bytes();
        running--;
        left--;
    }

    private Comparator<Training> urgency() {
        return Comparator.comparingDouble((Training training) -> -chains[training.number()])
                .thenComparingDouble(training -> -training.seconds())
                .thenComparingInt(Training::number);
    }
}
