package dev.tombola.data;

/// Watches data being fetched.
public interface FetchListener {
    /// Something that a person should know, in one sentence.
    default void noted(String sentence) {}

    /// Bytes of a file have come in; called often.
    ///
    /// @param bytes those that are here, from earlier attempts as well
    /// @param of those of the whole file
    default void received(String file, long bytes, long of) {}
}
