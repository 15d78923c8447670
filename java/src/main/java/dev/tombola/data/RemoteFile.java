package dev.tombola.data;

/// A file as its authors published it.
///
/// @param sha256 of the bytes as they are sent, 64 lower-case hexadecimal digits
record RemoteFile(String name, long bytes, String sha256) {}
