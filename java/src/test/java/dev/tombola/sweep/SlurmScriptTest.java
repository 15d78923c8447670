package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.scheduler.Training;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What jobs ask Slurm for, and what they start.
class SlurmScriptTest {
    private static final SlurmNeeds NEEDS = new SlurmNeeds(3, 2, 1_000_000_000, "1:00:00");

    @TempDir
    private Path temp;

    private SweepPlan plan(int iterations) {
        SweepFile file = SweepFile.of(
                temp,
                "base: lenet-300-100",
                "set: {train.iterations: " + iterations + ", run.trials: 2, run.levels: 3}",
                "grid: {train.optimizer.lr: log 1e-4..1e-2 x 9}");
        return SweepPlan.of(
                file.read(),
                temp.resolve("runs"),
                temp,
                FormChoice.AUTO,
                Tickets.LAST,
                _ -> CostModel.constant(0.5, "a test"));
    }

    private static double seconds(SweepPlan plan) {
        return plan.trainings().stream().mapToDouble(Training::seconds).sum();
    }

    @Test
    void partsAreWorthAJobAndNoMoreThanRecipes() {
        SweepPlan small = plan(10);
        assertThat(seconds(small) / 500).isLessThan(600);
        assertThat(SlurmNeeds.of(small, 0, 500, 0, "").parts()).isEqualTo(1);
        assertThat(SlurmNeeds.of(small, 40, 2, 0, "").parts()).isEqualTo(40);

        SweepPlan large = plan(50_000);
        assertThat(seconds(large) / 2).isGreaterThan(600 * 9);
        assertThat(SlurmNeeds.of(large, 0, 2, 0, "").parts()).isEqualTo(9);
    }

    @Test
    void memoryIsEnoughForTheLargestThatRunAtATime() {
        SweepPlan plan = plan(10);
        List<Long> largest = plan.trainings().stream()
                .map(Training::bytes)
                .sorted(Comparator.reverseOrder())
                .limit(2)
                .toList();
        SlurmNeeds needs = SlurmNeeds.of(plan, 3, 2, 0, "");
        assertThat(plan.forTrainings(needs.memory())).isEqualTo(largest.getFirst() + largest.getLast());
        assertThat(SlurmNeeds.of(plan, 3, 2, 4_000_000_000L, "").memory()).isEqualTo(4_000_000_000L);
        assertThatThrownBy(() -> SlurmNeeds.of(plan, 3, 2, 100_000_000, ""))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--memory is 100 MB but trial 0, level 0, ticket");
    }

    @Test
    void timeIsThriceTheLongestPartAndTenMinutesInWholeTens() {
        SweepPlan plan = plan(50_000);
        SlurmNeeds needs = SlurmNeeds.of(plan, 9, 1, 0, "");
        double longest = plan.parts(9).stream()
                .mapToDouble(SlurmScriptTest::seconds)
                .max()
                .orElseThrow();
        assertThat(needs.time()).matches("\\d+-\\d\\d:\\d0:00");
        String[] parts = needs.time().split("[-:]", -1);
        long asked = 86_400L * Integer.parseInt(parts[0])
                + 3600L * Integer.parseInt(parts[1])
                + 60L * Integer.parseInt(parts[2]);
        assertThat((double) asked).isBetween(3 * longest + 600, 3 * longest + 1200);
        assertThat(SlurmNeeds.of(plan, 9, 1, 0, "90").time()).isEqualTo("90");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1:2:3:4", "1-", "-5", "12h"})
    void whatIsNoTimeSaysWhatWouldBeOne(String text) {
        assertThatThrownBy(() -> SlurmNeeds.time(text))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("--time is " + (text.isEmpty() ? "empty" : text) + "; it must be such as 90");
    }

    @Test
    void whatATimeIsStays() {
        assertThat(Stream.of("90", "90:00", "12:00:00", "2-12", "2-12:00:00").map(SlurmNeeds::time))
                .containsExactly("90", "90:00", "12:00:00", "2-12", "2-12:00:00");
    }

    @Test
    void scriptsAreThese() {
        SlurmScript script = new SlurmScript(
                "rates of/steps",
                List.of("/opt/tombola", "sweep", "/a b/it's.yaml"),
                NEEDS,
                2,
                Path.of("/a b/50%/slurm"),
                Path.of("/home/\"me\""),
                List.of("--partition=long", "--mail-user me"));
        assertThat(script.parts()).isEqualTo("""
                #!/bin/bash
                # The sweep in parts, one a job. rest.sbatch follows when all of them have ended.
                #SBATCH --job-name=tombola-rates-of-steps
                #SBATCH --array=1-3%2
                #SBATCH --output="/a b/50%%/slurm/%A-part-%a.log"
                #SBATCH --ntasks=1
                #SBATCH --cpus-per-task=2
                #SBATCH --mem=2217M
                #SBATCH --time=1:00:00
                #SBATCH --chdir="/home/\\"me\\""
                #SBATCH --open-mode=append
                #SBATCH --requeue
                #SBATCH --partition=long
                #SBATCH --mail-user me
                exec /opt/tombola sweep '/a b/it'\\''s.yaml' --threads "$SLURM_CPUS_PER_TASK" \
                --part "$SLURM_ARRAY_TASK_ID/3"
                """);
        assertThat(script.rest())
                .contains("#SBATCH --output=\"/a b/50%%/slurm/%j-rest.log\"\n", "--mem=2217M", "--partition=long")
                .doesNotContain("--array", "--part ");
    }

    @Test
    void aShellReadsEveryWordAsItWas() throws Exception {
        Path program = temp.resolve("a 'program' \"of\" $HOME");
        Files.writeString(program, "#!/bin/bash\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> words =
                List.of("sweep", "it's; `date` $(date) \\ \"x\".yaml", "--set", "run.controls=[a, b]", "", "*");
        SlurmScript script = new SlurmScript(
                "s",
                Stream.concat(Stream.of(program.toString()), words.stream()).toList(),
                NEEDS,
                0,
                temp,
                temp,
                List.of());
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script.parts());
        bash.environment().putAll(Map.of("SLURM_CPUS_PER_TASK", "2", "SLURM_ARRAY_TASK_ID", "1"));
        String said = new String(bash.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo(String.join("\n", words) + "\n--threads\n2\n--part\n1/3\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "partition=long", "--array=1-9", "-d 7", "--dependency=singleton", "--qos=a\n--qos=b", "- -"
            })
    void whatIsNoOptionOfSbatchIsRefused(String option) {
        assertThatThrownBy(() -> new SlurmScript("s", List.of("t"), NEEDS, 0, temp, temp, List.of(option)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("it must be an option of sbatch other than --array, -a, --dependency");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "a\nb"})
    void whereSlurmCannotWriteLogsIsRefused(String name) {
        assertThatThrownBy(() -> new SlurmScript("s", List.of("t"), NEEDS, 0, temp.resolve(name), temp, List.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the path must be without \\ and line breaks");
    }
}
