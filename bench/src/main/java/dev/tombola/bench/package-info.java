/// JMH benchmarks: speed is measured here and nowhere else.
package dev.tombola.bench;
