package dev.tombola.report;

/// How a control is called and drawn, the same everywhere. Ordered as controls are listed.
record Look(int order, String control, String label, Ink ink, Marker marker) implements Comparable<Look> {

    /// The shape of a point, so that series differ by more than colour.
    enum Marker {
        NONE,
        CIRCLE,
        SQUARE,
        DIAMOND,
        TRIANGLE_UP,
        TRIANGLE_DOWN,
        TRIANGLE_LEFT,
        TRIANGLE_RIGHT,
        HEXAGON,
        PLUS,
        CROSS,
        STAR
    }

    static Look of(String control) {
        return switch (control) {
            case "ticket" -> new Look(0, control, "ticket", Ink.BLUE, Marker.CIRCLE);
            case "reinit" -> new Look(1, control, "reinit", Ink.VERMILLION, Marker.SQUARE);
            case "one_shot" -> new Look(2, control, "one-shot", Ink.GREEN, Marker.DIAMOND);
            case "one_shot_reinit" -> new Look(3, control, "one-shot reinit", Ink.ORANGE, Marker.TRIANGLE_UP);
            case "random_sparsity" -> new Look(4, control, "random sparsity", Ink.PURPLE, Marker.TRIANGLE_DOWN);
            case "reset" -> new Look(5, control, "reset", Ink.SKY, Marker.DIAMOND);
            case "resample" -> new Look(6, control, "resample", Ink.INDIGO, Marker.CROSS);
            case "initial_magnitude" -> new Look(7, control, "initial magnitude", Ink.BROWN, Marker.STAR);
            case "noise_0.5" -> new Look(8, control, "noise 0.5σ", Ink.OLIVE, Marker.TRIANGLE_LEFT);
            case "noise_1" -> new Look(9, control, "noise 1σ", Ink.VIOLET, Marker.TRIANGLE_RIGHT);
            case "noise_2" -> new Look(10, control, "noise 2σ", Ink.PLUM, Marker.HEXAGON);
            case "noise_3" -> new Look(11, control, "noise 3σ", Ink.RUST, Marker.PLUS);
            default -> new Look(12, control, control.replace('_', ' '), Ink.SKY, Marker.CIRCLE);
        };
    }

    @Override
    public int compareTo(Look other) {
        int byOrder = Integer.compare(order, other.order);
        return byOrder != 0 ? byOrder : control.compareTo(other.control);
    }
}
