-- Wins as the paper has it (section 1): no less accurate, and no later.
DROP VIEW by_run;
DROP VIEW by_level;

-- One row per run and level: mean test accuracy at the early stop over trials and draws, of the ticket with its lowest
-- and highest. The ticket is `as_accurate` where it is no worse than the dense network of its run; it `wins` where its
-- early stop is no later, too. Both are NULL at level 0 and where there is nothing to compare.
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
           avg(early_stop_iteration) FILTER (WHERE control = 'ticket' AND val_loss_early_stop IS NOT NULL) AS early_stop,
           avg(us_per_step) AS us_per_step
    FROM levels GROUP BY run, level
),
compared AS (
    SELECT sparse.run, sparse.level,
           sparse.ticket - dense.ticket >= -1e-9 AS as_accurate, -- less is rounding
           sparse.early_stop <= dense.early_stop AS as_fast
    FROM means AS sparse JOIN means AS dense ON dense.run = sparse.run AND dense.level = 0
    WHERE sparse.level > 0
)
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set,
       level, weights_left, percent_left, trials, ticket, ticket_low, ticket_high, reinit, one_shot, one_shot_reinit,
       random_sparsity, reset, early_stop, us_per_step,
       CAST(as_accurate AS INTEGER) AS as_accurate, CAST(as_accurate AND as_fast AS INTEGER) AS wins
FROM means JOIN runs USING (run) JOIN recipes USING (recipe) LEFT JOIN compared USING (run, level);

-- One row per run: what its dense network reaches, the percent left of its smallest ticket that is as accurate, and its
-- smallest ticket that wins.
CREATE VIEW by_run AS
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set, trainings,
       (SELECT count(*) FROM levels WHERE levels.run = runs.run) AS done,
       (SELECT count(*) FROM failures WHERE failures.run = runs.run) AS failed,
       dense, as_accurate_left, smallest.level, smallest.percent_left, smallest.ticket, smallest.reinit,
       started, finished
FROM runs JOIN recipes USING (recipe)
LEFT JOIN (SELECT run,
                  max(ticket) FILTER (WHERE level = 0) AS dense,
                  min(percent_left) FILTER (WHERE as_accurate = 1) AS as_accurate_left
           FROM by_level GROUP BY run) AS all_levels USING (run)
LEFT JOIN (SELECT run, level, percent_left, ticket, reinit
           FROM (SELECT *, row_number() OVER (PARTITION BY run ORDER BY level DESC) AS place
                 FROM by_level WHERE wins = 1) AS winners
           WHERE place = 1) AS smallest USING (run);
