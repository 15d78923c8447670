/// Turns what a run folder holds into figures, one self-contained page and a small table. May import lottery's rows and
/// tensor's UserError, and reads nothing but the folder.
package dev.tombola.report;
