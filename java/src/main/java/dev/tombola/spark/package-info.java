/// Trainings on an Apache Spark cluster: one Spark task for each call of the engine. The only package that knows Spark,
/// which is not in the jar: [Spark] is asked first.
package dev.tombola.spark;
