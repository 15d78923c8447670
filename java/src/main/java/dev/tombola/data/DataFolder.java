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

/// Where MNIST lies: in the folder that the user names with `--data` and nowhere else, or else in `$TOMBOLA_DATA`,
/// `./data` or the user's cache folder. Each may be a folder with `mnist/` in it or MNIST's own folder.
public final class DataFolder {
    private static final String VARIABLE = "TOMBOLA_DATA";

    private DataFolder() {}

    /// The folder with MNIST's files.
    ///
    /// @param explicit what `--data` says, or null
    /// @throws UserError that says in one sentence where it was looked for and how to get it
    public static Path mnist(Path explicit) {
        return mnist(explicit, System.getenv(), Path.of(""));
    }

    /// As above, with the environment and the working folder as given.
    static Path mnist(Path explicit, Map<String, String> environment, Path here) {
        List<Path> roots = explicit != null ? List.of(explicit) : usual(environment, here);
        Set<String> looked = new LinkedHashSet<>();
        for (Path root : roots) {
            for (Path folder : new Path[] {root.resolve(Mnist.NAME), root}) {
                if (Files.isDirectory(folder) && Mnist.isIn(folder)) {
                    return folder;
                }
            }
            looked.add(root.resolve(Mnist.NAME) + " and " + root);
        }
        throw new UserError("MNIST was not found: looked in " + String.join(", ", looked) + "; put "
                + Mnist.usualNames() + " in ./data/" + Mnist.NAME + ", or name their folder with --data.");
    }

    private static List<Path> usual(Map<String, String> environment, Path here) {
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
