package dev.tombola.train;

/// A training was asked to stop before it was done; nothing of it is kept but its last checkpoint.
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException() {
        super("the training was asked to stop");
    }
}
