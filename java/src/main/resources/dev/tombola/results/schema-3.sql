-- Training accuracy level by level, and a column for each control that came later; noise_0_5 is the control `noise_0.5`.
-- The tables have had both from the first version on; by_run finds the new view by name.
DROP VIEW by_level;

-- Values that the hash leaves out, for they change nothing, are settings like the others.
INSERT OR IGNORE INTO settings (recipe, key, value, number)
SELECT recipe, 'data.flip', 'false', NULL FROM recipes UNION ALL
SELECT recipe, 'data.crop', '0', 0 FROM recipes UNION ALL
SELECT recipe, 'train.init', 'glorot', NULL FROM recipes;

-- One row per run and level: mean test accuracy at the early stop over trials and draws, of the ticket with its lowest
-- and highest. What no column names a control for is the ticket's: val_accuracy at the early stop, for whoever chooses
-- settings; test_accuracy_end; train_accuracy_early_stop and train_accuracy_end; early_stop; us_per_step. A ticket is
-- `as_accurate` that is no worse than the dense network of its run; it `wins` if its early stop is no later, too, and
-- it starts from its initial values: never with a rewind. Where the strategy is `continue`, the control `reset` is
-- judged in its place. Only trials are compared that both have finished, without one that diverged. There is nothing
-- to be as accurate as where the dense network is not even a twentieth of the way from guessing, 1 in `classes`, to no
-- mistake. Both are 0 or 1, and NULL at level 0 and where there is nothing to compare.
CREATE VIEW by_level AS
WITH means AS (
    SELECT run, level,
           min(weights_left) AS weights_left,
           min(percent_left) AS percent_left,
           count(DISTINCT trial) AS trials,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'ticket') AS ticket,
           min(test_accuracy_early_stop) FILTER (WHERE control = 'ticket') AS ticket_low,
           max(test_accuracy_early_stop) FILTER (WHERE control = 'ticket') AS ticket_high,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'reinit') AS reinit,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'one_shot') AS one_shot,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'one_shot_reinit') AS one_shot_reinit,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'random_sparsity') AS random_sparsity,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'reset') AS reset,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'resample') AS resample,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'initial_magnitude') AS initial_magnitude,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'noise_0.5') AS noise_0_5,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'noise_1') AS noise_1,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'noise_2') AS noise_2,
           avg(test_accuracy_early_stop) FILTER (WHERE control = 'noise_3') AS noise_3,
           avg(val_accuracy_early_stop) FILTER (WHERE control = 'ticket') AS val_accuracy,
           avg(test_accuracy_end) FILTER (WHERE control = 'ticket') AS test_accuracy_end,
           avg(train_accuracy_early_stop) FILTER (WHERE control = 'ticket') AS train_accuracy_early_stop,
           avg(train_accuracy_end) FILTER (WHERE control = 'ticket') AS train_accuracy_end,
           avg(early_stop_iteration) FILTER (WHERE control = 'ticket' AND val_loss_early_stop IS NOT NULL) AS early_stop,
           avg(early_stop_iteration) FILTER (WHERE control = 'reinit' AND val_loss_early_stop IS NOT NULL)
               AS reinit_early_stop,
           avg(us_per_step) FILTER (WHERE control = 'ticket') AS us_per_step
    FROM levels GROUP BY run, level
),
compared AS (
    SELECT run, judged.level,
           avg(judged.test_accuracy_early_stop) - avg(dense.test_accuracy_early_stop) >= -1e-9 -- less is rounding
               AND avg(dense.test_accuracy_early_stop) > 0.05 + 0.95 / classes AS as_accurate,
           avg(judged.early_stop_iteration) <= avg(dense.early_stop_iteration) AND rewind = 0 AS as_fast_and_initial
    FROM runs JOIN recipes USING (recipe)
    JOIN levels AS judged USING (run) JOIN levels AS dense USING (run, trial)
    WHERE judged.level > 0 AND judged.control = iif(strategy = 'continue', 'reset', 'ticket')
      AND dense.level = 0 AND dense.control = 'ticket'
      AND judged.test_accuracy_early_stop + judged.val_loss_early_stop IS NOT NULL
      AND dense.test_accuracy_early_stop + dense.val_loss_early_stop IS NOT NULL
    GROUP BY run, judged.level
)
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set,
       level, weights_left, percent_left, trials, ticket, ticket_low, ticket_high, reinit, one_shot, one_shot_reinit,
       random_sparsity, reset, resample, initial_magnitude, noise_0_5, noise_1, noise_2, noise_3, val_accuracy,
       test_accuracy_end, train_accuracy_early_stop, train_accuracy_end, early_stop, reinit_early_stop, us_per_step,
       CAST(as_accurate AS INTEGER) AS as_accurate, CAST(as_accurate AND as_fast_and_initial AS INTEGER) AS wins
FROM means JOIN runs USING (run) JOIN recipes USING (recipe) LEFT JOIN compared USING (run, level);
