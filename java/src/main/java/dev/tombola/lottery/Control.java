package dev.tombola.lottery;

import dev.tombola.base.UserError;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The experiments: which mask is trained from which start (paper, sections 2 and 3). A control is a row here; every
/// one but the ticket exists from level 1.
public enum Control {
    /// The winning ticket: pruned level by level, each time rewound as the recipe says.
    TICKET(0, MaskFrom.LEVEL_BEFORE, Start.REWOUND),
    /// The ticket's mask with a new draw.
    REINIT(1, MaskFrom.LEVEL_BEFORE, Start.FRESH),
    /// Pruned once, from the trained dense network, to the ticket's counts per layer.
    ONE_SHOT(2, MaskFrom.LEVEL_ZERO, Start.REWOUND),
    /// The one-shot mask with a new draw.
    ONE_SHOT_REINIT(3, MaskFrom.LEVEL_ZERO, Start.FRESH),
    /// The ticket's count per layer at random places, with a new draw.
    RANDOM_SPARSITY(4, MaskFrom.RANDOM_PLACES, Start.FRESH),
    /// The ticket's mask, reset to the trial's initial values: what a ticket that goes on from level to level is judged
    /// by (paper, Appendix B, Strategy 2: "reset, then train to evaluate").
    RESET(5, MaskFrom.LEVEL_BEFORE, Start.INITIAL),
    /// The ticket's mask, with values drawn from its own initial ones, layer by layer (paper, Figure 17).
    RESAMPLE(6, MaskFrom.LEVEL_BEFORE, Start.RESAMPLED),
    /// The largest of the trial's initial values, as many per layer as the ticket has (paper, Figure 18).
    INITIAL_MAGNITUDE(7, MaskFrom.INITIAL, Start.INITIAL),
    /// The ticket's mask on the trial's initial values, with noise on them: so many standard deviations of the layer's
    /// initialisation (paper, Figure 25).
    NOISE_HALF(8, "0.5"),
    NOISE_1(9, "1"),
    NOISE_2(10, "2"),
    NOISE_3(11, "3");

    /// Where a level's mask comes from.
    public enum MaskFrom {
        /// The smallest weights of the ticket of the level before go.
        LEVEL_BEFORE,
        /// The smallest weights of the dense network go, all at once.
        LEVEL_ZERO,
        /// Random places, as many per layer as [#LEVEL_BEFORE] leaves.
        RANDOM_PLACES,
        /// The smallest initial values of the dense network go, all at once; as many stay per layer as
        /// [#LEVEL_BEFORE] leaves. The ticket of the level before is needed for these counts alone.
        INITIAL
    }

    /// Where a training's first values come from. Above level 0:
    public enum Start {
        /// What `prune.rewind`, `prune.rewind_lr` and `prune.strategy` say, from iteration `prune.rewind` on.
        REWOUND,
        /// The trial's initial values, from iteration 0 on.
        INITIAL,
        /// A new draw for each training, from iteration 0 on: it has no earlier iterations to go back to, and gets as
        /// many as the ticket's weights have seen.
        FRESH,
        /// A draw for each training from the layer's surviving ones of the trial's initial values, from iteration 0 on.
        RESAMPLED,
        /// The trial's initial values and noise that is drawn for each training, from iteration 0 on.
        NOISY
    }

    private final int number;
    private final MaskFrom mask;
    private final Start start;
    private final String label;
    private final double noise;

    Control(int number, MaskFrom mask, Start start) {
        this.number = number;
        this.mask = mask;
        this.start = start;
        label = name().toLowerCase(Locale.ROOT);
        noise = 0;
    }

    Control(int number, String noise) {
        this.number = number;
        mask = MaskFrom.LEVEL_BEFORE;
        start = Start.NOISY;
        label = "noise_" + noise;
        this.noise = Double.parseDouble(noise);
    }

    /// Its number in [dev.tombola.numeric.Stream]: part of what a seed means, never to be changed.
    public int number() {
        return number;
    }

    public MaskFrom mask() {
        return mask;
    }

    public Start start() {
        return start;
    }

    /// Whether it is trained several times, with draws from 1; the others have draw 0.
    public boolean redrawn() {
        return switch (start) {
            case FRESH, RESAMPLED, NOISY -> true;
            case REWOUND, INITIAL -> false;
        };
    }

    /// Standard deviations of the noise, in those of a layer's initialisation; 0 for none.
    double noise() {
        return noise;
    }

    /// Its name in recipes, files and tables, such as `one_shot` or `noise_0.5`.
    public String label() {
        return label;
    }

    /// The control of that name.
    public static Control of(String label) {
        return Arrays.stream(values())
                .filter(control -> control.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "There is no control %s; the controls are %s.".formatted(label, String.join(", ", labels()))));
    }

    /// The names of all controls.
    public static List<String> labels() {
        return Arrays.stream(values()).map(Control::label).toList();
    }
}
