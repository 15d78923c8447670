package dev.tombola.sweep;

import dev.tombola.lottery.Engine;
import dev.tombola.lottery.Machine;
import dev.tombola.train.IdleCores;
import java.util.function.Supplier;

/// Where a sweep is trained.
///
/// @param workers trainings, or groups of them, at a time
/// @param memory bytes that trainings may take together
/// @param idle told whose cores have nothing to do
/// @param machine what each run says it ran on
/// @param reason one sentence: what trains, and why that
public record Site(Engine engine, int workers, long memory, IdleCores idle, Supplier<Machine> machine, String reason) {}
