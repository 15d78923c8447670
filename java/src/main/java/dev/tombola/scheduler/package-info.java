/// The order in which trainings that wait for each other are done, and the threads that do them. May import: train and
/// everything below it.
package dev.tombola.scheduler;
