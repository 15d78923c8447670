/// JMH benchmarks: speed is measured here and nowhere else. May import everything.
package dev.tombola.bench;
