package dev.tombola.sweep;

/// What a training takes, estimated before it is known which weights it has.
///
/// @param seconds on one core, evaluations included
/// @param memory bytes while it runs, the data set apart
/// @param ticket bytes of its weights and masks on disk
/// @param curve bytes of all else that it leaves on disk
record Cost(double seconds, long memory, long ticket, long curve) {}
