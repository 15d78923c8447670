package dev.tombola.tensor;

/// What follows a layer's sums before they are stored, `tombola_activation`.
public enum Activation {
    IDENTITY(0),
    /// x ≤ 0 ? +0 : x
    RELU(1);

    private final int code;

    Activation(int code) {
        this.code = code;
    }

    /// As C knows it.
    public int code() {
        return code;
    }
}
