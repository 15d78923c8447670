package dev.tombola.lottery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/// The trainings that are still to be done, handed to any number of workers: a training is ready when those that
/// decide its mask and first values are finished. Tickets go first, the lowest level foremost, for all the others wait
/// for them.
final class JobQueue {
    private static final Comparator<Job> URGENCY = Comparator.comparing((Job job) -> job.control() != Control.TICKET)
            .thenComparingInt(Job::level)
            .thenComparing(Comparator.naturalOrder());

    private final NavigableSet<Job> waiting = new TreeSet<>(URGENCY);
    private final Set<Job> finished = new HashSet<>();
    private int running;
    private volatile boolean stopped;

    /// @param finished trainings that need not be done again
    JobQueue(Set<Job> wanted, Set<Job> finished) {
        this.finished.addAll(finished);
        waiting.addAll(wanted);
        waiting.removeAll(finished);
    }

    /// The next training as soon as one is ready, and others that are ready and like it; empty when nothing is left or
    /// the queue was stopped.
    ///
    /// @param most how many to take
    synchronized List<Job> take(int most, BiPredicate<Job, Job> alike) throws InterruptedException {
        while (!stopped && !waiting.isEmpty()) {
            List<Job> ready = waiting.stream().filter(this::ready).toList();
            if (!ready.isEmpty()) {
                List<Job> taken = ready.stream()
                        .filter(job -> alike.test(ready.getFirst(), job))
                        .limit(most)
                        .toList();
                taken.forEach(waiting::remove);
                running += taken.size();
                return taken;
            }
            if (running == 0) {
                throw new IllegalStateException("none of " + waiting + " can ever be trained");
            }
            wait();
        }
        return List.of();
    }

    /// Tells that a training that was taken is finished.
    synchronized void finish(Job job) {
        finished.add(job);
        running--;
        notifyAll();
    }

    /// Takes out everything that waits for a training that diverged.
    ///
    /// @return what was taken out
    synchronized List<Job> drop(Job diverged) {
        Set<Job> lost = new HashSet<>(Set.of(diverged));
        List<Job> dropped = new ArrayList<>();
        // By urgency a ticket comes before all that need it.
        for (Job job : List.copyOf(waiting)) {
            if (!Collections.disjoint(job.needs(), lost)) {
                lost.add(job);
                dropped.add(job);
                waiting.remove(job);
            }
        }
        return dropped;
    }

    /// Lets nobody take anything more.
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    boolean stopped() {
        return stopped;
    }

    private boolean ready(Job job) {
        return finished.containsAll(job.needs());
    }
}
