-- Early stops that are lower bounds. No table changes; from this step on, views are those of views.sql.
DROP VIEW by_run;
DROP VIEW by_level;
DROP VIEW results;
