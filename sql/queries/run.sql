-- One run: what was asked for and how it ended.
-- grain: one row, or none; key: run_id
-- takes: $run_id
SELECT run_id, command, version, started_at, ended_at, state, detail FROM runs WHERE run_id = $run_id;
