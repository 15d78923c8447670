package dev.tombola.data;

import dev.tombola.base.UserError;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Fetches the files of a published data set from the first mirror that has them.
public final class Fetch {
    /// How long a mirror may be silent before the next one is asked.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int PORT_MOST = 65_535;

    private Fetch() {}

    /// Fetches what is missing; what broke off goes on where it was.
    ///
    /// @param data what `--data` says, or null for `$TOMBOLA_DATA` or else `./data`
    /// @param mirror where to fetch, in place of the mirrors that the program knows; or null
    /// @return the folder with the set's files
    /// @throws UserError if the mirror is no address, or another file is in the way
    /// @throws java.io.UncheckedIOException if no mirror has a file, or it cannot be written
    public static Path fetch(Published set, Path data, String mirror, FetchListener listener) {
        List<URI> mirrors = (mirror == null ? set.mirrors() : List.of(mirror))
                .stream().map(Fetch::address).toList();
        Path folder = DataFolder.toFetch(set, data, System.getenv(), Path.of(""));
        fetch(set.files(), folder, mirrors, PATIENCE, listener);
        return folder;
    }

    static void fetch(
            List<RemoteFile> files, Path folder, List<URI> mirrors, Duration patience, FetchListener listener) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(patience)
                .build()) {
            for (RemoteFile file : files) {
                new Download(file, folder, client, patience, listener).from(mirrors);
            }
        }
    }

    /// The address of a folder, which ends with a slash.
    static URI address(String mirror) {
        try {
            URI uri = new URI(mirror.endsWith("/") ? mirror : mirror + "/");
            boolean reachable = uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= PORT_MOST;
            if (reachable && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // Reported below, in our words.
        }
        throw new UserError("--mirror is %s; it must be the address of a folder, such as https://example.org/mnist/."
                .formatted(mirror.isEmpty() ? "empty" : mirror));
    }
}
