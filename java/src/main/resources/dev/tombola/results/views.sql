-- The views of a results database, made anew after the last step that it had not taken. A change here needs such a
-- step: a database of this version keeps the views that it has.
DROP VIEW IF EXISTS by_run;
DROP VIEW IF EXISTS by_level;
DROP VIEW IF EXISTS results;

-- One row per training, with what was asked. `early_stop_at_end` is 1 where validation loss was lowest at the last
-- iteration: the early stop is a lower bound, for the true one lies later. It is NULL where a training diverged.
CREATE VIEW results AS
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set, gpu,
       trial, control, draw, level, weights_left, weights_total, percent_left, early_stop_iteration,
       CAST(iif(val_loss_early_stop IS NULL, NULL, early_stop_iteration >= iterations) AS INTEGER) AS early_stop_at_end,
       val_loss_early_stop, val_accuracy_early_stop, test_accuracy_early_stop, train_accuracy_early_stop,
       test_accuracy_end, train_accuracy_end, seconds_train, seconds_eval, us_per_step, forms
FROM levels JOIN runs USING (run) JOIN recipes USING (recipe);

-- One row per run and level: mean test accuracy at the early stop over trials and draws, of the ticket with its lowest
-- and highest. What no column names a control for is the ticket's: val_accuracy at the early stop, for whoever chooses
-- settings; test_accuracy_end; train_accuracy_early_stop and train_accuracy_end; early_stop; us_per_step. A ticket is
-- `as_accurate` that is no worse than the dense network of its run; it `wins` if its early stop is no later, too, and
-- it starts from its initial values: never with a rewind. Where the strategy is `continue`, the control `reset` is
-- judged in its place. Only trials are compared that both have finished, without one that diverged. There is nothing
-- to be as accurate as where the dense network is not even a twentieth of the way from guessing, 1 in `classes`, to no
-- mistake. Both are 0 or 1, and NULL at level 0 and where there is nothing to compare; `wins` is NULL, too, where
-- whose early stop is earlier cannot be told. `early_stop_at_end` and `reinit_early_stop_at_end` are 1 where the mean
-- that each is named by is a lower bound, for some training's is. `trials` counts those that the ticket's mean is
-- over, `diverged` trainings of all controls that are in no mean.
CREATE VIEW by_level AS
WITH means AS (
    SELECT run, level,
           min(weights_left) AS weights_left,
           min(percent_left) AS percent_left,
           count(DISTINCT trial) FILTER (WHERE control = 'ticket' AND test_accuracy_early_stop IS NOT NULL) AS trials,
           count(*) FILTER (WHERE test_accuracy_end IS NULL) AS diverged,
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
           max(early_stop_iteration) FILTER (WHERE control = 'ticket' AND val_loss_early_stop IS NOT NULL) AS latest,
           max(early_stop_iteration) FILTER (WHERE control = 'reinit' AND val_loss_early_stop IS NOT NULL)
               AS reinit_latest,
           avg(us_per_step) FILTER (WHERE control = 'ticket') AS us_per_step
    FROM levels GROUP BY run, level
),
compared AS (
    SELECT run, judged.level,
           avg(judged.test_accuracy_early_stop) - avg(dense.test_accuracy_early_stop) >= -1e-9 -- less is rounding
               AND avg(dense.test_accuracy_early_stop) > 0.05 + 0.95 / classes AS as_accurate,
           rewind = 0 AS initial,
           CASE WHEN avg(judged.early_stop_iteration) <= avg(dense.early_stop_iteration)
                THEN iif(max(judged.early_stop_iteration) >= iterations, NULL, 1)
                ELSE iif(max(dense.early_stop_iteration) >= iterations, NULL, 0) END AS as_fast
    FROM runs JOIN recipes USING (recipe)
    JOIN levels AS judged USING (run) JOIN levels AS dense USING (run, trial)
    WHERE judged.level > 0 AND judged.control = iif(strategy = 'continue', 'reset', 'ticket')
      AND dense.level = 0 AND dense.control = 'ticket'
      AND judged.test_accuracy_early_stop + judged.val_loss_early_stop IS NOT NULL
      AND dense.test_accuracy_early_stop + dense.val_loss_early_stop IS NOT NULL
    GROUP BY run, judged.level
)
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set, gpu,
       level, weights_left, percent_left, trials, diverged, ticket, ticket_low, ticket_high, reinit, one_shot,
       one_shot_reinit, random_sparsity, reset, resample, initial_magnitude, noise_0_5, noise_1, noise_2, noise_3, val_accuracy,
       test_accuracy_end, train_accuracy_early_stop, train_accuracy_end,
       early_stop, CAST(latest >= iterations AS INTEGER) AS early_stop_at_end,
       reinit_early_stop, CAST(reinit_latest >= iterations AS INTEGER) AS reinit_early_stop_at_end, us_per_step,
       CAST(as_accurate AS INTEGER) AS as_accurate, CAST(as_accurate AND initial AND as_fast AS INTEGER) AS wins
FROM means JOIN runs USING (run) JOIN recipes USING (recipe) LEFT JOIN compared USING (run, level);

-- One row per run: what its dense network reaches, the percent left of its smallest ticket that is as accurate, and its
-- smallest ticket that wins, with the controls of its level.
CREATE VIEW by_run AS
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set, gpu, trainings,
       (SELECT count(*) FROM levels WHERE levels.run = runs.run) AS done,
       (SELECT count(*) FROM failures WHERE failures.run = runs.run) AS failed,
       (SELECT count(*) FROM levels WHERE levels.run = runs.run AND test_accuracy_end IS NULL) AS diverged,
       dense, as_accurate_left, smallest.level, percent_left, ticket, reinit, one_shot, one_shot_reinit, random_sparsity,
       reset, resample, initial_magnitude, noise_0_5, noise_1, noise_2, noise_3,
       started, finished
FROM runs JOIN recipes USING (recipe)
LEFT JOIN (SELECT run,
                  max(ticket) FILTER (WHERE level = 0) AS dense,
                  min(percent_left) FILTER (WHERE as_accurate = 1) AS as_accurate_left
           FROM by_level GROUP BY run) AS all_levels USING (run)
LEFT JOIN (SELECT run, level, percent_left, ticket, reinit, one_shot, one_shot_reinit, random_sparsity, reset, resample,
                  initial_magnitude, noise_0_5, noise_1, noise_2, noise_3
           FROM (SELECT *, row_number() OVER (PARTITION BY run ORDER BY level DESC) AS place
                 FROM by_level WHERE wins = 1) AS winners
           WHERE place = 1) AS smallest USING (run);
