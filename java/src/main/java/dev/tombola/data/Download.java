package dev.tombola.data;

import dev.tombola.base.Sha256;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One file from the first mirror that sends it whole. What has come in lies in a `.part` file beside it, which is kept
/// when something breaks off and is where the next attempt goes on. Its checksum alone decides; then it is renamed.
final class Download {
    private static final String NO_HTTP = "its headers are no HTTP";
    private static final int OK = 200;
    private static final int PARTIAL = 206;

    private final RemoteFile file;
    private final Path target;
    private final Path part;
    private final HttpClient client;
    private final Duration patience;
    private final FetchListener listener;

    Download(RemoteFile file, Path folder, HttpClient client, Duration patience, FetchListener listener) {
        this.file = file;
        this.target = folder.resolve(file.name());
        this.part = folder.resolve(file.name() + ".part");
        this.client = client;
        this.patience = patience;
        this.listener = listener;
    }

    /// @throws UserError if another file is in the way
    /// @throws UncheckedIOException if no mirror has the file, or it cannot be written
    void from(List<URI> mirrors) {
        if (isThere()) {
            listener.noted(target + " is there already.");
            return;
        }
        List<String> faults = new ArrayList<>();
        long before;
        do { // as long as it gets longer, another round is worth it
            faults.clear();
            before = had();
            for (URI mirror : mirrors) {
                URI address = mirror.resolve(file.name());
                Optional<String> fault = attempt(address);
                if (fault.isEmpty()) {
                    listener.noted("%s is the original, from %s.".formatted(target, address));
                    return;
                }
                faults.add(address + " " + fault.get());
                listener.noted(faults.getLast() + ".");
            }
        } while (had() > before);
        throw failed("could not fetch " + file.name() + ": " + String.join("; ", faults)
                + (had() > 0 ? "; what has come in is kept, and the same command goes on from there" : ""));
    }

    private boolean isThere() {
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            if (!Files.exists(target)) {
                return false;
            }
            if (Sha256.of(target).equals(file.sha256())) {
                return true;
            }
        } catch (IOException e) {
            throw failed("could not fetch " + target + ": " + e.getMessage(), e);
        }
        throw new UserError(
                target + " is there but is not the original; move it elsewhere, and the original will be fetched.");
    }

    /// Receives what is missing, and puts the file in place if it is the right one.
    ///
    /// @return what went wrong, if something did
    private Optional<String> attempt(URI address) {
        if (had() > file.bytes()) {
            dropPart();
        }
        boolean resumed = had() > 0;
        Optional<String> fault = had() == file.bytes() ? Optional.empty() : receive(address);
        if (fault.isPresent() || placed()) {
            return fault;
        }
        dropPart();
        // Whose bytes were wrong is not known where some were here before: once more, from the beginning.
        return resumed ? attempt(address) : Optional.of("sent other bytes than the original's (SHA-256)");
    }

    private Optional<String> receive(URI address) {
        long had = had();
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(patience);
        if (had > 0) {
            request.header("Range", "bytes=" + had + "-");
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            return Optional.of("could not be reached (%s)".formatted(reason(e)));
        } catch (IllegalArgumentException | UncheckedIOException _) { // what the client makes of wrong headers
            return Optional.of("could not be reached (%s)".formatted(NO_HTTP));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try (InputStream body = response.body()) {
            return receive(response, body, had);
        } catch (NumberFormatException _) {
            return Optional.of("could not be reached (%s)".formatted(NO_HTTP));
        } catch (IOException e) {
            return Optional.of(broken(reason(e)));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Optional<String> receive(HttpResponse<?> response, InputStream body, long had)
            throws IOException, InterruptedException {
        int status = response.statusCode();
        if (status != OK && status != PARTIAL) {
            return Optional.of("answers " + status);
        }
        String range = response.headers().firstValue("Content-Range").orElse("");
        if (status == PARTIAL && !range.startsWith("bytes " + had + "-")) {
            return Optional.of("answers with %s where bytes from %d on were asked for"
                    .formatted(range.isEmpty() ? "no range" : range, had));
        }
        long start = status == PARTIAL ? had : 0; // who ignores a range sends everything
        long offered =
                start + response.headers().firstValueAsLong("Content-Length").orElse(file.bytes() - start);
        if (offered != file.bytes()) {
            return Optional.of("has %d bytes; the original has %d".formatted(offered, file.bytes()));
        }
        long bytes = copy(body, start);
        if (bytes > file.bytes()) {
            dropPart();
            return Optional.of("sends more than the original's %d bytes".formatted(file.bytes()));
        }
        return bytes == file.bytes() ? Optional.empty() : Optional.of(broken("it ended"));
    }

    /// @return how long the part is then
    private long copy(InputStream body, long start) throws IOException, InterruptedException {
        byte[] buffer = new byte[1 << 16];
        long bytes = start;
        try (ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor();
                FileChannel out = start > 0 ? append() : create()) {
            for (int read = read(reader, body, buffer); read >= 0; read = read(reader, body, buffer)) {
                bytes += read;
                write(out, ByteBuffer.wrap(buffer, 0, read));
                listener.received(file.name(), bytes, file.bytes());
                if (bytes > file.bytes()) {
                    break;
                }
            }
        }
        return bytes;
    }

    /// The client has no time limit for a body, so each read is given one.
    private int read(ExecutorService reader, InputStream body, byte[] buffer) throws IOException, InterruptedException {
        Future<Integer> read = reader.submit(() -> body.read(buffer));
        try {
            return read.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            body.close();
            throw new IOException("nothing came for %d s".formatted(patience.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        }
    }

    private String broken(String why) {
        return "broke off after %d of %d bytes (%s)".formatted(had(), file.bytes(), why);
    }

    private boolean placed() {
        try {
            if (!Sha256.of(part).equals(file.sha256())) {
                return false;
            }
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
                out.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private long had() {
        return part.toFile().length(); // 0 where there is none
    }

    private void dropPart() {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private FileChannel append() {
        try {
            return FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private FileChannel create() {
        try {
            return FileChannel.open(
                    part, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    /// A fault of the disk is no fault of the mirror: it ends everything.
    private void write(FileChannel out, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private static String reason(IOException e) {
        if (e.getMessage() != null && e.getMessage().startsWith("java.")) { // what the client makes of other headers
            return NO_HTTP;
        }
        String unsaid =
                e instanceof ConnectException ? "no connection" : e.getClass().getSimpleName();
        return e.getMessage() == null ? unsaid : e.getMessage();
    }

    private UncheckedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return failed("interrupted while fetching " + file.name(), new IOException(e));
    }

    private UncheckedIOException unwritten(IOException e) {
        return failed("could not write " + part + ": " + e.getMessage() + "; what has come in is kept", e);
    }

    private static UncheckedIOException failed(String message) {
        return failed(message, new IOException(message));
    }

    private static UncheckedIOException failed(String message, IOException e) {
        return new UncheckedIOException(message, e);
    }
}
