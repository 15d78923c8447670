package dev.tombola.results;

import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.RunReader;
import java.nio.file.Path;
import java.util.Map;

/// A process that indexes what is in a folder, training by training, again and again until it is killed.
final class IndexLoop {
    private IndexLoop() {}

    public static void main(String[] args) {
        ResultsFolder results = new ResultsFolder(Path.of(args[0]));
        System.out.println("here we go");
        while (true) {
            once(results);
        }
    }

    static void once(ResultsFolder results) {
        try (Index index = Index.open(results)) {
            for (Path run : results.runs()) {
                RunReader reader = RunReader.open(run);
                index.begun(run);
                for (Map.Entry<Job, LevelRow> training :
                        reader.contents().rows().entrySet()) {
                    index.failed(run, training.getKey(), "not yet");
                    index.finished(run, training.getValue(), reader.curve(training.getKey()));
                }
                index.refresh(run, System.err::println);
            }
        }
        Rebuild.of(results);
    }
}
