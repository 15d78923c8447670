/// Turns what a run folder holds into figures, one self-contained page and a small table, its tickets into figures of
/// what they are made of, several run folders into figures that compare them, and a ticket into a picture of its masks.
/// May import: lottery and what lies below it.
package dev.tombola.report;
