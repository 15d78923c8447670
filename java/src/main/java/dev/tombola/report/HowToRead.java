package dev.tombola.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The page's explanations: of the experiment that this recipe asks for and of the controls that are shown.
final class HowToRead {
    private final Rewinding rewinding;
    private final List<String> controls;
    private final String iteration;

    private HowToRead(RunFiles run) {
        rewinding = Rewinding.of(run.recipe());
        controls = run.levels().controls();
        iteration = Text.count(run.number("prune.rewind", 0).longValue());
    }

    /// The section, in HTML.
    static String of(RunFiles run) {
        HowToRead words = new HowToRead(run);
        return """
                <section>
                <h2>How to read it</h2>
                <dl class="terms">
                <dt>level, %% left</dt>
                <dd>Level 0 is the dense network. Each level after it prunes the weights of smallest trained magnitude, %s.
                Figures count the weights left on a logarithmic axis that falls to the right.</dd>
                <dt>%s</dt>
                <dd>%s</dd>
                <dt>early stop</dt>
                <dd>The evaluation with the first minimum of validation loss. It is found afterwards: every training runs to its
                end. One at this end is a lower bound; two such do not say which network is faster. %s</dd>
                <dt>training accuracy</dt>
                <dd>Over all images that are trained on, those of validation apart, as they are and with every unit at work. The nearer
                test accuracy comes to it, the better what was learned holds for other images.</dd>
                <dt>bars</dt>
                <dd>Minimum to maximum over trials and redraws, with an arrow where one goes on beyond the axis; lines and markers are
                means. Those of several lines at one size of network stand side by side, so that none hides another.</dd>
                <dt>time of one training step</dt>
                <dd>Core time, that of cores that help added, from gathering the batch to the optimizer, evaluation excluded; a
                pruned weight that costs nothing makes it fall.</dd>
                </dl>
                <p>%s</p>
                </section>
                """.formatted(
                        words.level(),
                        words.controls.size() > 1 ? "ticket and controls" : "ticket",
                        words.trainings(),
                        words.earlyStop(),
                        words.source());
    }

    private String level() {
        return switch (rewinding) {
            case RESET -> "puts the survivors back to their first values and trains again";
            case LATE ->
                "puts the survivors back to what they were after " + iteration
                        + " iterations of level 0 and trains again from there";
            case LEARNING_RATE ->
                "leaves the survivors as they were trained, puts learning rate and data back to iteration " + iteration
                        + " and trains again from there";
            case NONE -> "leaves the survivors as they were trained and trains them through all iterations again";
        };
    }

    /// Controls of which the same is said, as of all with noise, are said together.
    private String trainings() {
        Map<String, String> called = controls.stream()
                .filter(control -> !control(control).isEmpty())
                .collect(Collectors.groupingBy(
                        this::control,
                        LinkedHashMap::new,
                        Collectors.mapping(
                                control -> "<b>" + Look.of(control).label() + "</b>", Collectors.joining(", "))));
        String each = called.entrySet().stream()
                .map(entry -> entry.getValue() + ": " + entry.getKey())
                .collect(Collectors.joining(" "));
        return each + reinitAgainst() + resetAgainst();
    }

    private String control(String control) {
        String first = "the values they were first drawn with";
        String single = "as many survivors per layer, chosen in a single pruning of the dense network, with ";
        String start = rewinding == Rewinding.RESET ? "." : ", from iteration 0.";
        String drawn = "newly drawn values" + start;
        return switch (control) {
            case "ticket" ->
                "the survivors with "
                        + switch (rewinding) {
                            case RESET -> first + ".";
                            case LATE -> "the values that level 0 had given them by iteration " + iteration + ".";
                            case LEARNING_RATE, NONE -> "the values that the level before trained.";
                        };
            case "reinit" -> "the same survivors with " + drawn;
            case "one_shot" ->
                single
                        + switch (rewinding) {
                            case RESET, NONE -> "their first values.";
                            case LATE -> "the values of iteration " + iteration + ".";
                            case LEARNING_RATE -> "its trained values.";
                        };
            case "one_shot_reinit" -> single + drawn;
            case "random_sparsity" -> "as many weights per layer at random places, with " + drawn;
            case "reset" ->
                "the ticket's survivors with " + first + ", from iteration 0"
                        + (rewinding == Rewinding.NONE ? ": what the paper judges this strategy by." : ".");
            case "resample" ->
                "the ticket's survivors with values drawn from those that the survivors of the same layer were first drawn"
                        + " with (the paper's figure 17)" + start;
            case "initial_magnitude" ->
                "as many weights per layer, those of largest magnitude when they were first drawn, with these values (the"
                        + " paper's figure 18)" + start;
            case "noise_0.5", "noise_1", "noise_2", "noise_3" ->
                "the ticket's survivors with " + first
                        + " and Gaussian noise on them, of so many standard deviations (σ) of"
                        + " their layer's first draw (the paper's figure 25)" + start;
            default -> "";
        };
    }

    private String reinitAgainst() {
        if (!controls.contains(Levels.REINIT)) {
            return "";
        }
        String falls = " Where the ticket stays up and the reinit falls, ";
        return switch (rewinding) {
            case RESET -> falls + "the first values made the difference, not the shape alone.";
            case LATE -> falls + "the values of iteration " + iteration + " made the difference, not the shape alone.";
            case LEARNING_RATE, NONE ->
                " The ticket has been trained at every level before and the reinit has not: a gap between them says nothing of"
                        + " the first values.";
        };
    }

    private String resetAgainst() {
        if (!controls.contains("reset")) {
            return "";
        }
        return switch (rewinding) {
            case RESET -> "";
            case LATE ->
                " Where the ticket stays up and reset falls, the first " + iteration
                        + " iterations made the difference.";
            case LEARNING_RATE, NONE ->
                " Where reset stays up as well, the mask does well from the first values too, without what the levels before"
                        + " trained.";
        };
    }

    private String earlyStop() {
        String from =
                (controls.contains("one_shot") ? "The iterations of ticket and one-shot" : "A ticket's iterations")
                        + " count from " + iteration;
        return switch (rewinding) {
            case RESET -> "An earlier one means faster learning.";
            case LATE ->
                from
                        + ", for the weights have those of level 0 behind them: none stops before. Counted so, an earlier one"
                        + " means faster learning.";
            case LEARNING_RATE ->
                from
                        + ", but the weights have whole trainings behind them: an earlier one than the dense network's does not"
                        + " mean that they learn faster.";
            case NONE ->
                "A ticket's iterations count from 0 at each level, but its weights have every level before behind them: an"
                        + " earlier one than the dense network's does not mean that it learns faster.";
        };
    }

    private String source() {
        String paper =
                "Jonathan Frankle and Michael Carbin, <cite>The Lottery Ticket Hypothesis: Finding Sparse, Trainable"
                        + " Neural Networks</cite>, ICLR 2019, arXiv:1803.03635";
        String form = " The figures have the form of those in " + paper + ".";
        return switch (rewinding) {
            case RESET ->
                "The experiment is that of " + paper
                        + "; accuracies and early stop are its figures 4 and 12, the curves its figures 3 and 11.";
            case LATE ->
                "Late rewinding is that of Jonathan Frankle, Gintare Karolina Dziugaite, Daniel M. Roy and Michael Carbin,"
                        + " <cite>Stabilizing the Lottery Ticket Hypothesis</cite>, 2019, arXiv:1903.01611."
                        + form;
            case LEARNING_RATE ->
                "Learning-rate rewinding is that of Alex Renda, Jonathan Frankle and Michael Carbin, <cite>Comparing Rewinding"
                        + " and Fine-tuning in Neural Network Pruning</cite>, ICLR 2020, arXiv:2003.02389."
                        + form;
            case NONE ->
                "The experiment is strategy 2 of Appendix B of " + paper
                        + "; the figures have the form of its figures 3, 4, 11 and 12.";
        };
    }
}
