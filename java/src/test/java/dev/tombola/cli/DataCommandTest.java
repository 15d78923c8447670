package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tombola.data.Published;
import dev.tombola.data.TestData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person sees of data sets: fetched, checked, looked at, and warned of.
class DataCommandTest {
    @TempDir
    private Path temp;

    @Test
    void mnistIsFetchedAndChecked() throws IOException {
        Path original = TestData.mnist();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mnist/", exchange -> {
            try (exchange) {
                Path file = original.resolve(
                        Path.of(exchange.getRequestURI().getPath()).getFileName());
                byte[] bytes = Files.readAllBytes(file);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        try {
            String mirror = "http://127.0.0.1:" + server.getAddress().getPort() + "/mnist";
            Cli fetched = Cli.run("data", "fetch", "mnist", "--data", temp.toString(), "--mirror", mirror)
                    .expectDone();
            assertThat(fetched.out().lines().filter(line -> line.endsWith("the original")))
                    .hasSize(4);
            assertThat(fetched.err().lines())
                    .hasSize(4)
                    .allMatch(line -> line.contains(" is the original, from " + mirror + "/"));
        } finally {
            server.stop(0);
        }
        assertThat(Published.MNIST.folder(temp)).isEqualTo(temp.resolve("mnist"));
        Cli again = Cli.run("data", "fetch", "mnist", "--data", temp.toString(), "--mirror", "http://127.0.0.1:1/")
                .expectDone();
        assertThat(again.err().lines()).hasSize(4).allMatch(line -> line.endsWith(" is there already."));
    }

    @Test
    void aFetchThatFailsIsOneLineAtTheEnd() {
        Cli failed = Cli.run("data", "fetch", "cifar-10", "--data", temp.toString(), "--mirror", "http://127.0.0.1:1/");
        assertThat(failed.code()).isEqualTo(Main.FAILED);
        assertThat(failed.err().lines())
                .last()
                .isEqualTo("tombola: could not fetch cifar-10-binary.tar.gz: "
                        + "http://127.0.0.1:1/cifar-10-binary.tar.gz could not be reached (no connection)");
        assertThat(temp.resolve("cifar-10")).isEmptyDirectory();
    }

    @Test
    void aBarOnATerminalAndPlainLinesElsewhere() {
        StringWriter bar = new StringWriter();
        FetchLines terminal = new FetchLines(new PrintWriter(bar, true), true);
        while (bar.toString().isEmpty()) { // a bar is drawn ten times a second at most
            terminal.received("x.gz", 1_500_000, 3_000_000);
        }
        assertThat(bar.toString())
                .contains("x.gz ███████████████░░░░░░░░░░░░░░░ 1.5 of 3.0 MB, 50 %")
                .doesNotContain("\n");
        terminal.noted("There.");
        assertThat(bar.toString()).endsWith("\r\u001B[KThere.\n");
        StringWriter plain = new StringWriter();
        FetchLines lines = new FetchLines(new PrintWriter(plain, true), false);
        lines.received("x.gz", 1, 2);
        lines.noted("There.");
        assertThat(plain.toString()).isEqualTo("There.\n");
    }

    @Test
    void cifar10IsCheckedAndShown() throws IOException {
        String data = TestData.cifar10().toString();
        assertThat(Cli.run("data", "check", "cifar-10", "--data", data)
                        .expectDone()
                        .out())
                .contains("50,000 training and 10,000 test images of 3x32x32 in 10 classes");
        Path png = temp.resolve("cifar.png");
        Cli.run("data", "sample", "cifar-10", "--data", data, "--count", "6", "--columns", "3", "--out", png.toString())
                .expectDone();
        var sheet = ImageIO.read(png.toFile());
        assertThat(sheet.getWidth()).isEqualTo(3 * (64 + 5) + 5);
        assertThat(sheet.getRGB(10, 10) & 0xFFFFFF).isNotIn(Set.of(0, 0xFFFFFF));
    }

    /// Once on the way, and for good in the run folder and its page.
    @Test
    void dataThatAreNotTheOriginalAreWarnedOf() throws IOException {
        Path data = Files.createDirectories(temp.resolve("data/mnist"));
        for (String set : new String[] {"train", "t10k"}) {
            byte[] pixels = new byte[120 * 784];
            new SplittableRandom(3).nextBytes(pixels);
            ByteBuffer images = ByteBuffer.allocate(16 + pixels.length);
            images.putInt(0x803).putInt(120).putInt(28).putInt(28).put(pixels);
            Files.write(data.resolve(set + "-images-idx3-ubyte"), images.array());
            Files.write(
                    data.resolve(set + "-labels-idx1-ubyte"),
                    ByteBuffer.allocate(128).putInt(0x801).putInt(120).array());
        }
        Path out = temp.resolve("run");
        Cli run = Cli.run(
                        "run",
                        "lenet-300-100",
                        "--data",
                        data.toString(),
                        "--out",
                        out.toString(),
                        "--trials",
                        "1",
                        "--levels",
                        "0",
                        "--iterations",
                        "2",
                        "--set",
                        "data.validation=20")
                .expectDone();
        String warning = "The data are not byte for byte the original MNIST: ";
        assertThat(run.err().lines().filter(line -> line.startsWith(warning))).hasSize(1);
        assertThat(out.resolve("machine.json")).content().contains("\"data_warning\" : \"" + warning);
        assertThat(out.resolve("report.html")).content().contains("<p class=\"notice\">" + warning);
    }
}
