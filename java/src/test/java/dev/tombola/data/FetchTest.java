package dev.tombola.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tombola.base.Sha256;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against mirrors on this machine that do what mirrors do.
class FetchTest {
    private static final byte[] CONTENT = new byte[300_000];
    private static final int CUT = 100_000;

    static {
        new SplittableRandom(7).nextBytes(CONTENT);
    }

    @TempDir
    private Path folder;

    private HttpServer server;
    private ExecutorService threads;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> noted = new ArrayList<>();
    private final List<Long> received = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private RemoteFile file;

    /// What a mirror does when it is asked.
    private interface Behaviour {
        void answer(HttpExchange exchange, int from) throws IOException;
    }

    @BeforeEach
    void start(@TempDir Path other) throws IOException {
        file = new RemoteFile("data.gz", CONTENT.length, Sha256.of(Files.write(other.resolve("whole"), CONTENT)));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.close();
    }

    @Test
    void theFirstMirrorThatHasItIsEnough() throws IOException {
        fetch(mirror("a", FetchTest::whole), mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(asked).containsExactly("/a/data.gz ");
        assertThat(noted).containsExactly(target() + " is the original, from " + address("a") + "data.gz.");
        assertThat(received).isSorted().last().isEqualTo((long) CONTENT.length);
    }

    @Test
    void whatIsThereIsNotFetchedAgain() throws IOException {
        Files.write(target(), CONTENT);
        fetch(mirror("a", FetchTest::whole));
        assertThat(asked).isEmpty();
        assertThat(noted).containsExactly(target() + " is there already.");
    }

    @Test
    void anotherFileIsNotWrittenOver() throws IOException {
        Files.writeString(target(), "mine");
        assertThatThrownBy(() -> fetch(mirror("a", FetchTest::whole)))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(target() + " is there but is not the original; move it elsewhere");
        assertThat(target()).hasContent("mine");
    }

    @Test
    void aConnectionThatBreaksIsTakenUpWhereItBroke() throws IOException {
        fetch(mirror("a", FetchTest::cut));
        assertThatItIsThere();
        assertThat(asked).hasSizeGreaterThanOrEqualTo(3).first().isEqualTo("/a/data.gz ");
        assertThat(asked.subList(1, asked.size())).allMatch(range -> range.matches("/a/data.gz bytes=[1-9]\\d*-"));
        assertThat(noted)
                .hasSizeGreaterThanOrEqualTo(3)
                .first()
                .asString()
                .containsPattern("broke off after \\d+ of 300000 bytes \\(");
    }

    @Test
    void theNextMirrorGoesOnWhereTheFirstBroke() throws IOException {
        fetch(mirror("a", FetchTest::cut), mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(asked).hasSize(2).first().isEqualTo("/a/data.gz ");
        assertThat(asked.getLast()).matches("/b/data.gz bytes=[1-9]\\d*-");
    }

    /// A later command takes up what an earlier one left.
    @Test
    void whatHasComeInIsKept() throws IOException {
        Behaviour once = (exchange, from) -> {
            if (from == 0) {
                cut(exchange, from);
            } else {
                refuse(exchange, 503);
            }
        };
        assertThatThrownBy(() -> fetch(mirror("a", once)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("could not fetch data.gz: " + address("a")
                        + "data.gz answers 503; what has come in is kept, " + "and the same command goes on from there")
                .message()
                .doesNotContain("\n");
        long kept = Files.size(part());
        assertThat(kept)
                .as("bytes on their way when the line broke may be lost")
                .isBetween(1L, (long) CUT);
        assertThat(target()).doesNotExist();
        asked.clear();
        fetch(mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(asked).containsExactly("/b/data.gz bytes=" + kept + "-");
    }

    @Test
    void aMirrorThatIgnoresRangesSendsEverythingAgain() throws IOException {
        Files.write(part(), Arrays.copyOf(CONTENT, CUT));
        fetch(mirror("a", (exchange, from) -> send(exchange, 200, CONTENT, CONTENT.length)));
        assertThatItIsThere();
        assertThat(asked).containsExactly("/a/data.gz bytes=100000-");
    }

    @Test
    void aMirrorThatAnswersWithAnotherRangeIsLeft() throws IOException {
        Files.write(part(), Arrays.copyOf(CONTENT, CUT));
        Behaviour other = (exchange, from) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-299999/300000");
            send(exchange, 206, CONTENT, CONTENT.length);
        };
        fetch(mirror("a", other), mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(noted.getFirst())
                .endsWith("answers with bytes 0-299999/300000 where bytes from 100000 on were asked for.");
    }

    @Test
    void wrongBytesAreThrownAway() throws IOException {
        Behaviour wrong = (exchange, from) -> send(exchange, 200, new byte[CONTENT.length], CONTENT.length);
        assertThatThrownBy(() -> fetch(mirror("a", wrong)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("could not fetch data.gz: " + address("a")
                        + "data.gz sent other bytes than the original's (SHA-256)");
        assertThat(folder).isEmptyDirectory();
        fetch(mirror("b", wrong), mirror("c", FetchTest::whole));
        assertThatItIsThere();
    }

    /// Whose bytes were wrong is not known then: the same mirror is asked for all of them.
    @Test
    void aPartThatDoesNotFitIsFetchedFromItsBeginning() throws IOException {
        Files.write(part(), new byte[CUT]);
        fetch(mirror("a", FetchTest::whole));
        assertThatItIsThere();
        assertThat(asked).containsExactly("/a/data.gz bytes=100000-", "/a/data.gz ");
        Files.delete(target());
        Files.write(part(), Arrays.copyOf(CONTENT, CONTENT.length + 1));
        fetch(mirror("b", FetchTest::whole));
        assertThatItIsThere();
        Files.move(target(), part()); // whole, but for the rename
        asked.clear();
        fetch(mirror("c", FetchTest::whole));
        assertThatItIsThere();
        assertThat(asked).isEmpty();
    }

    @Test
    void aMirrorThatSpeaksNoHttpIsLeft() throws Exception {
        for (String head : List.of("HTTP/1.1 200 OK\r\nContent-Length: abc", "HTTP/1.1 302 Found", "garbage")) {
            try (ServerSocket odd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Future<Void> answered = threads.submit(() -> answer(odd, head));
                fetch(URI.create("http://127.0.0.1:" + odd.getLocalPort() + "/"), mirror("a", FetchTest::whole));
                answered.get();
            }
            assertThatItIsThere();
            assertThat(noted.getFirst()).contains("could not be reached").doesNotContain("Exception");
            Files.delete(target());
            noted.clear();
            server.removeContext("/a/");
        }
    }

    private static Void answer(ServerSocket odd, String head) throws IOException {
        try (Socket client = odd.accept()) {
            assertThat(client.getInputStream().read(new byte[1024])).isPositive();
            client.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        return null;
    }

    @Test
    void whatIsNotFoundIsSoughtAtTheNext() throws IOException {
        fetch(mirror("a", (exchange, from) -> refuse(exchange, 404)), mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(noted.getFirst()).isEqualTo(address("a") + "data.gz answers 404.");
        Files.delete(target());
        URI nobody = URI.create("http://127.0.0.1:1/");
        assertThatThrownBy(() -> fetch(nobody, mirror("c", (exchange, from) -> refuse(exchange, 404))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("could not fetch data.gz: " + nobody + "data.gz could not be reached (no connection); "
                        + address("c") + "data.gz answers 404");
    }

    @Test
    void aPageInPlaceOfTheFileIsSeenByItsLength() throws IOException {
        byte[] page = "<html>please log in</html>".getBytes(StandardCharsets.UTF_8);
        fetch(mirror("a", (exchange, from) -> send(exchange, 200, page, page.length)), mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(noted.getFirst()).endsWith("has 26 bytes; the original has 300000.");
    }

    @Test
    void aFileOfAnotherLengthCostsNothingThatHasComeIn() throws IOException {
        Files.write(part(), Arrays.copyOf(CONTENT, CUT));
        byte[] more = new byte[CONTENT.length + 1];
        fetch(mirror("a", (exchange, from) -> send(exchange, 200, more, more.length)), mirror("b", FetchTest::whole));
        assertThat(asked).containsExactly("/a/data.gz bytes=100000-", "/b/data.gz bytes=100000-");
    }

    @Test
    void aStreamWithoutEndIsLeft() {
        Behaviour endless = (exchange, from) -> send(exchange, 200, new byte[1 << 20], 0);
        assertThatThrownBy(() -> fetch(mirror("a", endless)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("sends more than the original's 300000 bytes");
        assertThat(received.getLast()).isLessThan(CONTENT.length + (1 << 17));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aSilentMirrorIsNotWaitedForForLong() throws IOException {
        Behaviour silent = (exchange, from) -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, CUT);
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        };
        fetch(Duration.ofMillis(500), mirror("a", silent), mirror("b", FetchTest::whole));
        assertThatItIsThere();
        assertThat(noted.getFirst()).contains("broke off after 100000 of 300000 bytes (nothing came for ");
    }

    @Test
    void aRedirectionIsFollowed() throws IOException {
        mirror("new", FetchTest::whole);
        fetch(mirror("old", (exchange, from) -> {
            exchange.getResponseHeaders().set("Location", "/new/data.gz");
            refuse(exchange, 302);
        }));
        assertThatItIsThere();
    }

    /// `/dev/full` refuses every byte as a full disk does. That is no fault of the mirror's: no other one is asked.
    @Test
    void aFullDiskEndsIt() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "SKIPPED, needs /dev/full");
        Files.createSymbolicLink(part(), full);
        assertThatThrownBy(() -> fetch(mirror("a", FetchTest::whole), mirror("b", FetchTest::whole)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("could not write " + part() + ": No space left on device; what has come in is kept");
        Files.delete(part());
        assertThat(asked).containsExactly("/a/data.gz ");
        assertThat(target()).doesNotExist();
    }

    @Test
    void whereDataAreFetchedTo() throws IOException {
        Map<String, String> environment = Map.of("HOME", "/nowhere", "TOMBOLA_DATA", "named");
        Path here = folder.resolve("here");
        Path own = Files.createDirectories(folder.resolve("mine"));
        assertThat(DataFolder.toFetch(Published.MNIST, null, environment, here)).isEqualTo(here.resolve("named/mnist"));
        assertThat(DataFolder.toFetch(Published.CIFAR_10, null, Map.of("HOME", "/nowhere"), here))
                .isEqualTo(here.resolve("data/cifar-10"));
        assertThat(DataFolder.toFetch(Published.MNIST, own, environment, here)).isEqualTo(own.resolve("mnist"));
        assertThat(DataFolder.toFetch(Published.MNIST, own.resolve("mnist"), environment, here))
                .isEqualTo(own.resolve("mnist"));
        Files.createFile(own.resolve("t10k-labels-idx1-ubyte"));
        assertThat(DataFolder.toFetch(Published.MNIST, own, environment, here)).isEqualTo(own);
    }

    private void fetch(URI... mirrors) {
        fetch(Duration.ofSeconds(20), mirrors);
    }

    private void fetch(Duration patience, URI... mirrors) {
        Fetch.fetch(List.of(file), folder, List.of(mirrors), patience, new FetchListener() {
            @Override
            public void noted(String sentence) {
                noted.add(sentence);
            }

            @Override
            public void received(String file, long bytes, long of) {
                received.add(bytes);
            }
        });
    }

    private URI mirror(String name, Behaviour behaviour) {
        server.createContext("/" + name + "/", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            asked.add(exchange.getRequestURI() + " " + (range == null ? "" : range));
            try (exchange) {
                behaviour.answer(exchange, range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", "")));
            }
        });
        return address(name);
    }

    private URI address(String name) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + "/");
    }

    private static void whole(HttpExchange exchange, int from) throws IOException {
        ranged(exchange, from, CONTENT.length - from);
    }

    private static void cut(HttpExchange exchange, int from) throws IOException {
        ranged(exchange, from, Math.min(CUT, CONTENT.length - from));
    }

    private static void ranged(HttpExchange exchange, int from, int send) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, CONTENT.length - 1, CONTENT.length));
        }
        byte[] bytes = Arrays.copyOfRange(CONTENT, from, from + send);
        send(exchange, from > 0 ? 206 : 200, bytes, CONTENT.length - from);
    }

    /// @param length announced; 0 for none
    private static void send(HttpExchange exchange, int status, byte[] bytes, int length) throws IOException {
        exchange.sendResponseHeaders(status, length);
        OutputStream body = exchange.getResponseBody();
        body.write(bytes);
        body.flush();
        if (bytes.length == length || length == 0) {
            body.close();
        }
    }

    private static void refuse(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    private Path target() {
        return folder.resolve(file.name());
    }

    private Path part() {
        return folder.resolve(file.name() + ".part");
    }

    private void assertThatItIsThere() {
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(part()).doesNotExist();
    }
}
