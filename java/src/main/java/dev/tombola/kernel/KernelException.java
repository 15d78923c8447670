package dev.tombola.kernel;

/// A kernel refused its operands: names the operation, the shapes, the backend and the instruction set.
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;

    /// @param operands the operands' shapes, such as `weights [100×784] dense, x [300×60]`
    public KernelException(String operation, String kernels, Status status, String operands) {
        super("%s (%s): %s: %s".formatted(operation, kernels, status.sentence(), operands));
        this.status = status;
    }

    public Status status() {
        return status;
    }
}
