package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.data.OwnData;
import dev.tombola.nn.Initial;
import dev.tombola.nn.LayerList;
import dev.tombola.nn.Network;
import dev.tombola.nn.Shape;
import dev.tombola.optim.Optimizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recipes that are built in code run where a file could say the same, and are refused as that file would be.
class BuiltRecipeTest {
    private static final Recipe DEMO = Recipe.preset(
            "demo",
            "data.train=400",
            "data.test=150",
            "data.validation=100",
            "train.iterations=20",
            "train.batch=20",
            "train.evaluate_every=10",
            "run.trials=1",
            "run.levels=1",
            "run.draws=1");
    private static final Recipe.Train TRAIN = DEMO.train();
    private static final Recipe.Run RUN = DEMO.run();
    private static final Recipe.Prune PRUNE = DEMO.prune();

    @TempDir
    Path temp;

    @Test
    void oneThatAFileCanSayIsRunAndOpenedAgain() {
        Recipe built = on(network("mine"));
        Path out = temp.resolve("run");
        Lottery.run(built, Options.defaults().withOut(out), LotteryListener.SILENT);
        assertThat(RunReader.open(out).recipe()).isEqualTo(built);
    }

    @Test
    void whatAFileMayNotSayIsRefusedAsTheFileIs() {
        assertRefused(
                on(network("my net")),
                "network.name is my net; it must be at most 64 letters, digits, dots, dashes and underscores.");
        assertRefused(
                on(network("null: {")),
                "network.name is null: {; it must be at most 64 letters, digits, dots, dashes and underscores.");
        assertRefused(on(network("demo")), "network.name is demo; it must be another name than that of a network");
        assertRefused(lr(-1), "train.optimizer.lr is -1; it must be a number above 0 and below 1000.");
        assertRefused(lr(Double.NaN), "train.optimizer.lr is NaN; it must be a number above 0 and below 1000.");
        assertRefused(
                on(new Recipe.Train(20, 20, 0, TRAIN.init(), TRAIN.optimizer())),
                "train.evaluate_every is 0; it must be a whole number from 1 to 10000000.");
        assertRefused(
                on(new Recipe.Train(20, 0, 10, TRAIN.init(), TRAIN.optimizer())),
                "train.batch is 0; it must be a whole number from 1 to 65536.");
        assertRefused(
                on(new Recipe.Train(-5, 20, 10, TRAIN.init(), TRAIN.optimizer())),
                "train.iterations is -5; it must be a whole number from 1 to 10000000.");
        assertRefused(
                on(new Recipe.Train(20, 20, 10, new Initial(Double.POSITIVE_INFINITY), TRAIN.optimizer())),
                "train.init is Infinity; it must be glorot or a number");
        assertRefused(
                on(PRUNE, new Recipe.Run(1, 0, 1, RUN.controls(), 1)),
                "run.trials is 0; it must be a whole number from 1 to 1024.");
    }

    @Test
    void whatReadsBackAsSomethingElseIsRefused() {
        Recipe.Prune goesOn =
                new Recipe.Prune(PRUNE.scope(), PRUNE.rates(), Recipe.Strategy.CONTINUE, PRUNE.rewind(), false);
        assertRefused(
                on(goesOn, new Recipe.Run(1, 1, 1, List.of(), 1)),
                "The recipe's run.controls is ticket but a recipe file that says so is read as ticket,reset;");
        OwnData files = new OwnData.Cifar(List.of("a,b.bin"), List.of("c.bin"), 1, 1, 14, 14, 10);
        assertRefused(own(files), "data.train_files has the item a,b.bin; an item of a list has no comma in it.");
        assertRefused(
                own(new OwnData.Idx("a ", "b", "c", "d", 10)),
                "The recipe's data.train_images is a  but a recipe file that says so is read as a;");
    }

    @Test
    void whatIsLeftOutIsNamed() {
        assertThatThrownBy(() -> new Recipe.Train(20, 20, 10, null, TRAIN.optimizer()))
                .isInstanceOf(UserError.class)
                .hasMessage("The recipe says nothing about train.init, which it must.");
        assertThatThrownBy(() -> new Recipe(null, DEMO.data(), DEMO.train(), DEMO.prune(), DEMO.run(), DEMO.numerics()))
                .isInstanceOf(UserError.class)
                .hasMessage("The recipe says nothing about network, which it must.");
    }

    private void assertRefused(Recipe recipe, String message) {
        Path out = temp.resolve("refused");
        assertThatThrownBy(() -> Lottery.run(recipe, Options.defaults().withOut(out), LotteryListener.SILENT))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(message)
                .message()
                .endsWith(".")
                .doesNotContain("\n");
        assertThat(out).doesNotExist();
    }

    private static Network network(String name) {
        return new LayerList(new Shape(1, 14, 14)).linear(20).relu().output(10).network(name);
    }

    private static Recipe on(Network network) {
        return new Recipe(network, DEMO.data(), TRAIN, PRUNE, RUN, DEMO.numerics());
    }

    private static Recipe on(Recipe.Train train) {
        return new Recipe(DEMO.network(), DEMO.data(), train, PRUNE, RUN, DEMO.numerics());
    }

    private static Recipe on(Recipe.Prune prune, Recipe.Run run) {
        return new Recipe(DEMO.network(), DEMO.data(), TRAIN, prune, run, DEMO.numerics());
    }

    private static Recipe own(OwnData data) {
        return DEMO.on(new Source.Own(data, ""));
    }

    private static Recipe lr(double lr) {
        Optimizer.Adam adam = (Optimizer.Adam) TRAIN.optimizer();
        return on(new Recipe.Train(
                20,
                20,
                10,
                TRAIN.init(),
                new Optimizer.Adam(lr, adam.beta1(), adam.beta2(), adam.epsilon(), adam.schedule())));
    }
}
