/// The order in which trainings that wait for each other are done, and the threads that do them.
package dev.tombola.scheduler;
