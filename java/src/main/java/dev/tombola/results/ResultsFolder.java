package dev.tombola.results;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.lottery.RunReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// A folder with run folders somewhere below it, and their database in it.
///
/// @param path such as `runs`
public record ResultsFolder(Path path) {
    /// The database.
    public Path file() {
        return path.resolve("results.db");
    }

    /// What the database calls a run: its folder's path from here, with `/` between names.
    ///
    /// @throws UserError if the run is not below this folder
    public String run(Path folder) {
        Path here = path.toAbsolutePath().normalize();
        Path run = folder.toAbsolutePath().normalize();
        if (!run.startsWith(here) || run.equals(here)) {
            throw new UserError(
                    "The run folder %s is not below %s, whose database is asked to hold it.".formatted(folder, path));
        }
        List<String> names = new ArrayList<>();
        here.relativize(run).forEach(name -> names.add(name.toString()));
        return String.join("/", names);
    }

    /// Every run folder below this one, in order; none is looked for inside another.
    ///
    /// @throws UserError if there is no such folder, or if it is a run's own
    public List<Path> runs() {
        if (!Files.isDirectory(path)) {
            throw new UserError("There is no folder %s; name the one that holds the run folders.".formatted(path));
        }
        if (RunReader.isRun(path)) {
            throw new UserError("%s is a run folder itself; name the folder that holds it.".formatted(path));
        }
        List<Path> runs = new ArrayList<>();
        try {
            Files.walkFileTree(
                    path, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                            if (!RunReader.isRun(folder)) {
                                return FileVisitResult.CONTINUE;
                            }
                            runs.add(folder);
                            return FileVisitResult.SKIP_SUBTREE;
                        }

                        // A link that leads nowhere or back to where it is, a folder that is locked: there are no runs
                        // behind it.
                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + path + ": " + Reason.of(e, path), e);
        }
        Collections.sort(runs);
        return runs;
    }
}
