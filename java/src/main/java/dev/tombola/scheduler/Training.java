package dev.tombola.scheduler;

import java.util.List;

/// A training as the scheduler sees it.
///
/// @param number its place among all trainings of a plan
/// @param needs numbers of those that must be finished before it, each smaller than its own
/// @param seconds how long it takes one core, estimated
/// @param bytes memory that it takes while it runs
/// @param kind trainings of one kind can share a plan on a GPU
public record Training(int number, List<Integer> needs, double seconds, long bytes, int kind) {
    public Training {
        needs = List.copyOf(needs);
        if (needs.stream().anyMatch(need -> need >= number)) {
            throw new IllegalArgumentException(
                    "training %d needs %s; a training comes after those that it needs".formatted(number, needs));
        }
    }

    /// The same with so many bytes.
    public Training taking(long others) {
        return new Training(number, needs, seconds, others, kind);
    }
}
