package dev.tombola.lottery;

/// A run failed; its message says in which training and why. Finished trainings are kept.
public final class LotteryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LotteryException(String message) {
        super(message);
    }

    public LotteryException(String message, Throwable cause) {
        super(message, cause);
    }
}
