package dev.tombola.base;

/// A mistake of the user's: its message is one full sentence that says what was asked, what was found and what
/// would be right. The command line prints that sentence alone and exits with 2.
public class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
