package dev.tombola.data;

import dev.tombola.base.CacheFolder;
import dev.tombola.base.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where data lie: in the folder that the user names with `--data` and nowhere else, or else in `$TOMBOLA_DATA`,
/// `./data` or the user's cache folder. For a published set each may be a folder with `mnist/` in it or MNIST's own
/// folder; the names of a user's own files are relative to it.
final class DataFolder {
    private static final String VARIABLE = "TOMBOLA_DATA";

    private DataFolder() {}

    /// The folder with a set's files.
    ///
    /// @param explicit what `--data` says, or null
    /// @throws UserError that says in one sentence where it was looked for and how to get it
    static Path of(Published set, Path explicit) {
        return of(set, explicit, System.getenv(), Path.of(""));
    }

    /// As above, with the environment and the working folder as given.
    static Path of(Published set, Path explicit, Map<String, String> environment, Path here) {
        Set<String> looked = new LinkedHashSet<>();
        for (Path root : roots(explicit, environment, here)) {
            for (Path folder : new Path[] {root.resolve(set.id()), root}) {
                if (Files.isDirectory(folder) && set.isIn(folder)) {
                    return folder;
                }
            }
            looked.add(
                    Files.isDirectory(root)
                            ? root.resolve(set.id()) + " and " + root
                            : root + " (there is no such folder)");
        }
        throw new UserError("%s was not found: looked in %s; put %s in ./data/%s, name their folder with --data, or"
                        .formatted(set.label(), String.join(", ", looked), set.usualNames(), set.id())
                + " run tombola data fetch " + set.id() + ".");
    }

    /// A user's own file.
    ///
    /// @param name absolute, or relative to one of the folders
    /// @param explicit what `--data` says, or null
    /// @throws UserError that says in one sentence where it was looked for
    static Path file(String name, Path explicit) {
        return file(name, explicit, System.getenv(), Path.of(""));
    }

    /// As above, with the environment and the working folder as given.
    static Path file(String name, Path explicit, Map<String, String> environment, Path here) {
        List<String> looked = new ArrayList<>();
        for (Path root : roots(explicit, environment, here)) {
            Path file = root.resolve(name);
            Path zipped = root.resolve(name + ".gz");
            if (Files.isRegularFile(file)) {
                return file;
            }
            if (Files.isRegularFile(zipped)) {
                return zipped;
            }
            looked.add(file + (Files.isDirectory(file) ? " (a folder)" : ""));
        }
        throw new UserError("There is no file %s; the names of your own files are absolute, or relative to the folder"
                        .formatted(String.join(" or ", new LinkedHashSet<>(looked)))
                + " that --data names.");
    }

    /// Where a set is put that is fetched: `--data`, else `$TOMBOLA_DATA`, else `./data`, in a folder of its own.
    static Path toFetch(Published set, Path explicit, Map<String, String> environment, Path here) {
        Path root = roots(explicit, environment, here).getFirst();
        boolean own = root.endsWith(set.id()) || set.isIn(root);
        return own ? root : root.resolve(set.id());
    }

    private static List<Path> roots(Path explicit, Map<String, String> environment, Path here) {
        if (explicit != null) {
            return List.of(explicit);
        }
        List<Path> roots = new ArrayList<>();
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            roots.add(here.resolve(named));
        }
        roots.add(here.resolve("data"));
        roots.add(CacheFolder.path(environment));
        return roots;
    }
}
