package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Options;
import dev.tombola.results.Dump;
import dev.tombola.spark.SparkHome;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A sweep on a cluster, one of whose executors is killed on the way, leaves the files and rows of one on this machine.
@Timeout(180)
class SparkSweepTest {
    private static final String CLUSTER = "local-cluster[2,1,1024]";

    @TempDir
    Path temp;

    private final List<String> set = new ArrayList<>();
    private Path sweep;

    /// What spark-submit or `spark-defaults.conf` would say.
    @BeforeEach
    void say() throws IOException {
        Arrays.stream(SparkHome.conf(CLUSTER, Options.defaults()).getAll())
                .filter(setting -> !setting._1.equals("spark.master"))
                .forEach(setting -> {
                    System.setProperty(setting._1, setting._2);
                    set.add(setting._1);
                });
        sweep = Files.writeString(temp.resolve("spark.yaml"), """
                base: demo
                set: {train.iterations: 2500, train.evaluate_every: 500, run.trials: 2, run.levels: 2, run.draws: 1}
                grid: {train.optimizer.lr: [0.0012, 900], run.seed: [1, 2]}
                stop: {val_loss: 1.0E+30, after: 0}
                """);
    }

    @AfterEach
    void unsay() {
        set.forEach(System::clearProperty);
    }

    @Test
    void anExecutorThatIsKilledChangesNothing() throws Exception {
        Path cluster = temp.resolve("cluster");
        Path here = temp.resolve("here");
        CompletableFuture<Cli> running =
                CompletableFuture.supplyAsync(() -> sweep(cluster, "--engine", "spark", "--master", CLUSTER));
        while (!running.isDone() && tickets(cluster) < 3) {
            Thread.sleep(5);
        }
        SparkHome.executors().getFirst().destroyForcibly();
        assertThat(running.isDone())
                .as("the sweep goes on without its executor")
                .isFalse();
        Cli cli = running.get();
        assertThat(cli.code()).as(cli.err()).isEqualTo(sweep(here).code());
        assertThat(cli.err()).contains("Spark at " + CLUSTER + ", 2 trainings at a time; ");
        assertThat(FolderBytes.of(cluster)).isEqualTo(FolderBytes.of(here));
        assertThat(rows(cluster)).isEqualTo(rows(here));
        assertThat(Dump.value(cluster.resolve("results.db"), "SELECT DISTINCT backend FROM runs"))
                .isEqualTo("spark");
    }

    /// All that does not say where it ran.
    private static SortedMap<String, List<Map<String, Object>>> rows(Path folder) {
        SortedMap<String, List<Map<String, Object>>> rows = Dump.of(folder.resolve("results.db"));
        rows.remove("runs");
        rows.get("levels").forEach(level -> level.remove("forms"));
        return rows;
    }

    private Cli sweep(Path out, String... more) {
        List<String> all = new ArrayList<>(List.of("sweep", sweep.toString(), "--out", out.toString()));
        all.addAll(List.of(more));
        return Cli.run(all.toArray(String[]::new));
    }

    /// As many tickets as there are now: what is renamed or removed while they are counted is passed over.
    private static int tickets(Path folder) throws IOException {
        AtomicInteger tickets = new AtomicInteger();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.endsWith("ticket.safetensors")) {
                    tickets.incrementAndGet();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return tickets.get();
    }
}
