package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void aMachineOfMoreCoresThanThreadsMayBeUsesAsManyAsMayBe() {
        assertThat(Options.defaults(96).threads()).isEqualTo(96);
        assertThat(Options.defaults(1100).threads()).isEqualTo(1024);
        assertThatThrownBy(() -> Options.defaults().withThreads(1100))
                .isInstanceOf(UserError.class)
                .hasMessage("--threads is 1100; it must be 1 to 1024.");
    }

    /// Before anything is made for a run.
    @Test
    void whatMustBeThereIsNamedWhereItIsNot() {
        Options options = Options.defaults();
        assertThatThrownBy(() -> options.withForm(null)).hasMessage("form");
        assertThatThrownBy(() -> options.withBackend(null, options.isa())).hasMessage("backend");
        assertThatThrownBy(() -> options.withBackend("cpu", null)).hasMessage("isa");
        Recipe demo = Recipe.preset("demo");
        assertThatThrownBy(() -> Lottery.run(null, options, LotteryListener.SILENT))
                .hasMessage("recipe");
        assertThatThrownBy(() -> Lottery.run(demo, null, LotteryListener.SILENT))
                .hasMessage("options");
        assertThatThrownBy(() -> Lottery.run(demo, options, null)).hasMessage("listener");
    }
}
