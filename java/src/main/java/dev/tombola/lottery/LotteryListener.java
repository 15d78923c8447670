package dev.tombola.lottery;

import java.nio.file.Path;
import java.util.List;

/// Watches a run. Calls come from the run's own threads, one at a time, but for [#stopping]; a training waits for its
/// call, and a thread that comes back interrupted fails at the next file. What a call throws ends the run:
/// [Lottery#run] throws it too, as it is or as the cause of a [LotteryException].
public interface LotteryListener {
    /// Watches nothing.
    LotteryListener SILENT = new LotteryListener() {};

    /// The run has its folder, by its recipe's hash or as it was named.
    default void opened(Path folder) {}

    /// The run begins.
    ///
    /// @param facts what is run where, one sentence each: the data, the backend and why, the folder
    default void begun(List<String> facts) {}

    /// A training begins.
    default void started(Progress progress) {}

    /// A training was evaluated.
    default void evaluated(Progress progress) {}

    /// A training is finished and kept.
    default void finished(Progress progress, LevelRow row) {}

    /// Something that a person should know, in one sentence.
    default void noted(String sentence) {}

    /// Asked often, from any thread: true ends the run soon; finished trainings are kept.
    default boolean stopping() {
        return false;
    }
}
