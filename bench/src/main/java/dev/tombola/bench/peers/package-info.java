/// Other libraries at the work of our benchmarks, each on one thread. PyTorch needs a Python that has it; what needs
/// libraries of Java's lies in `src/peers` and is built only with `mvn -Ppeers`.
package dev.tombola.bench.peers;
