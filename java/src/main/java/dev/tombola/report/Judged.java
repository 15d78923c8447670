package dev.tombola.report;

/// What a run's tickets are judged by: themselves, unless they go on from level to level; then their masks on the
/// initial values (paper, Appendix B, Strategy 2). The view `by_level` of a results database says the same.
///
/// @param control whose rows count
/// @param initial whether it starts from initial values, without which it is no winning ticket of the paper
/// @param by what it is judged by, in words before the verdict, or empty
/// @param origin a sentence on where it starts if not there, or empty
record Judged(String control, boolean initial, String by, String origin) {
    static Judged of(RunFiles run) {
        String later = ": they are not the paper's winning tickets, which start from their initial values.";
        String rewind = run.recipe().get("prune.rewind");
        return switch (Rewinding.of(run.recipe())) {
            case NONE ->
                new Judged(Levels.RESET, true, "judged by reset (the ticket's mask on its initial values), ", "");
            case RESET -> new Judged(Levels.TICKET, true, "", "");
            case LEARNING_RATE ->
                new Judged(
                        Levels.TICKET,
                        false,
                        "",
                        " Its tickets go on from trained weights, with iterations from " + rewind + " on" + later);
            case LATE ->
                new Judged(
                        Levels.TICKET,
                        false,
                        "",
                        " Its tickets start from the dense network's weights after iteration " + rewind + later);
        };
    }
}
