-- The GPU that a run was on, if any, and the warning where trainings in TF32 were on others before.
ALTER TABLE runs ADD COLUMN gpu TEXT;
ALTER TABLE runs ADD COLUMN gpu_warning TEXT;
