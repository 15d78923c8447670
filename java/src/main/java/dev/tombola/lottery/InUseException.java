package dev.tombola.lottery;

import dev.tombola.base.UserError;

/// A run folder is held by another process, or by another run of this one.
public final class InUseException extends UserError {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
        super(message);
    }
}
