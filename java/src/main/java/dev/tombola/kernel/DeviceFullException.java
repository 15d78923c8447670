package dev.tombola.kernel;

import dev.tombola.base.UserError;

/// What was asked for does not fit the memory that a device has left, or the processor has for it, whatever was said to
/// be free: less may.
public final class DeviceFullException extends UserError {
    private static final long serialVersionUID = 1L;

    DeviceFullException(String message) {
        super(message);
    }
}
