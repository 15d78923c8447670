package dev.tombola.optim;

/// The table of rates that was made last: trainings side by side and one after another have the same, and it is some
/// 100,000 powers.
final class LastRates {
    private static volatile LastRates last;

    private final Key key;
    private final float[] rates;

    private record Key(Optimizer optimizer, int first, int iterations) {}

    private LastRates(Key key) {
        this.key = key;
        this.rates = key.optimizer().rates(key.first(), key.iterations());
    }

    /// [Optimizer#rates], which nobody may write to.
    static float[] of(Optimizer optimizer, int first, int iterations) {
        Key wanted = new Key(optimizer, first, iterations);
        LastRates made = last;
        if (made == null || !made.key.equals(wanted)) {
            made = new LastRates(wanted);
            last = made;
        }
        return made.rates;
    }
}
