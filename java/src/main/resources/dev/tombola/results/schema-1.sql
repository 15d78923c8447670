PRAGMA application_id = 1416588642; -- 0x546F6D62, "Tomb"

-- What was asked, by the hash of the recipe; the values that are asked for most are columns.
CREATE TABLE recipes (
    recipe TEXT NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    data TEXT NOT NULL,
    seed INTEGER NOT NULL,
    optimizer TEXT NOT NULL,
    lr REAL NOT NULL,
    batch INTEGER NOT NULL,
    iterations INTEGER NOT NULL,
    scope TEXT NOT NULL,
    rate_conv REAL, -- NULL where nothing is convolved
    rate_fc REAL NOT NULL,
    rate_output REAL NOT NULL,
    strategy TEXT NOT NULL,
    rewind INTEGER NOT NULL
) WITHOUT ROWID;

-- Every value that the hash covers, by its dotted key. One column holds one type: R and DuckDB ask for it.
CREATE TABLE settings (
    recipe TEXT NOT NULL REFERENCES recipes ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    number REAL, -- where the value is one
    PRIMARY KEY (recipe, key)
) WITHOUT ROWID;

-- A run is its folder's path below the results folder: for tombola run and tombola sweep, the recipe's hash.
CREATE TABLE runs (
    run TEXT NOT NULL PRIMARY KEY,
    recipe TEXT NOT NULL REFERENCES recipes,
    yaml TEXT NOT NULL,
    trainings INTEGER NOT NULL, -- finished ones and those to come
    version TEXT,
    backend TEXT,
    instruction_set TEXT,
    form TEXT,
    threads INTEGER,
    processor TEXT,
    cores INTEGER,
    memory_gb INTEGER,
    os TEXT,
    jdk TEXT,
    data_warning TEXT,
    started TEXT,
    finished TEXT
) WITHOUT ROWID;

CREATE INDEX runs_of_recipe ON runs (recipe);

-- One row per finished training, as in levels.csv; NULL where a training diverged.
CREATE TABLE levels (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    trial INTEGER NOT NULL,
    control TEXT NOT NULL,
    draw INTEGER NOT NULL,
    level INTEGER NOT NULL,
    weights_left INTEGER NOT NULL,
    weights_total INTEGER NOT NULL,
    percent_left REAL NOT NULL,
    early_stop_iteration INTEGER NOT NULL,
    val_loss_early_stop REAL,
    val_accuracy_early_stop REAL,
    test_accuracy_early_stop REAL,
    train_accuracy_early_stop REAL,
    test_accuracy_end REAL,
    train_accuracy_end REAL,
    seconds_train REAL,
    seconds_eval REAL,
    us_per_step REAL,
    forms TEXT NOT NULL,
    PRIMARY KEY (run, trial, level, control, draw)
) WITHOUT ROWID;

-- One row per evaluation of a finished training, as in curves.csv.
CREATE TABLE curves (
    run TEXT NOT NULL,
    trial INTEGER NOT NULL,
    control TEXT NOT NULL,
    draw INTEGER NOT NULL,
    level INTEGER NOT NULL,
    iteration INTEGER NOT NULL,
    train_loss REAL,
    val_loss REAL,
    val_accuracy REAL,
    test_accuracy REAL,
    PRIMARY KEY (run, trial, level, control, draw, iteration),
    FOREIGN KEY (run, trial, level, control, draw) REFERENCES levels ON DELETE CASCADE
) WITHOUT ROWID;

-- Trainings that failed and have not finished since.
CREATE TABLE failures (
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    trial INTEGER NOT NULL,
    control TEXT NOT NULL,
    draw INTEGER NOT NULL,
    level INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, trial, level, control, draw)
) WITHOUT ROWID;

-- Sweeps, and where each stands: what tombola results --follow shows.
CREATE TABLE sweeps (
    sweep TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    state TEXT NOT NULL, -- running, done, failed or interrupted
    trainings INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    steps_per_second REAL, -- of all replicas together
    seconds_left REAL,
    started TEXT NOT NULL,
    updated TEXT NOT NULL,
    finished TEXT
) WITHOUT ROWID;

CREATE TABLE sweep_recipes (
    sweep TEXT NOT NULL REFERENCES sweeps ON DELETE CASCADE,
    recipe TEXT NOT NULL REFERENCES recipes,
    PRIMARY KEY (sweep, recipe)
) WITHOUT ROWID;

CREATE INDEX sweeps_of_recipe ON sweep_recipes (recipe);

-- One row per training, with what was asked.
CREATE VIEW results AS
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set,
       trial, control, draw, level, weights_left, weights_total, percent_left, early_stop_iteration,
       val_loss_early_stop, val_accuracy_early_stop, test_accuracy_early_stop, train_accuracy_early_stop,
       test_accuracy_end, train_accuracy_end, seconds_train, seconds_eval, us_per_step, forms
FROM levels JOIN runs USING (run) JOIN recipes USING (recipe);

-- One row per run and level: mean test accuracy at the early stop over trials and draws, of the ticket with its lowest
-- and highest; a ticket wins that is no worse than the dense network.
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
)
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set,
       level, weights_left, percent_left, trials, ticket, ticket_low, ticket_high, reinit, one_shot, one_shot_reinit,
       random_sparsity, reset, early_stop, us_per_step,
       CAST(ticket >= max(ticket) FILTER (WHERE level = 0) OVER (PARTITION BY run) AS INTEGER) AS wins
FROM means JOIN runs USING (run) JOIN recipes USING (recipe);

-- One row per run: what its dense network reaches, and its smallest ticket that wins.
CREATE VIEW by_run AS
SELECT run, recipe, network, data, seed, optimizer, lr, batch, iterations, scope, rate_conv, rate_fc, rate_output,
       strategy, rewind, backend, instruction_set, trainings,
       (SELECT count(*) FROM levels WHERE levels.run = runs.run) AS done,
       (SELECT count(*) FROM failures WHERE failures.run = runs.run) AS failed,
       dense.ticket AS dense, smallest.level, smallest.percent_left, smallest.ticket, smallest.reinit,
       started, finished
FROM runs JOIN recipes USING (recipe)
LEFT JOIN (SELECT run, ticket FROM by_level WHERE level = 0) AS dense USING (run)
LEFT JOIN (SELECT run, level, percent_left, ticket, reinit
           FROM (SELECT *, row_number() OVER (PARTITION BY run ORDER BY level DESC) AS place
                 FROM by_level WHERE wins = 1 AND level > 0) AS winners
           WHERE place = 1) AS smallest USING (run);
