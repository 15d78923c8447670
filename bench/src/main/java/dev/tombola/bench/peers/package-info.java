/// Other libraries at the work of our benchmarks, each on one thread; built only with `mvn -Ppeers`.
package dev.tombola.bench.peers;
