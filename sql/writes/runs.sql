-- Adds a run, or says how it ended.
-- grain: one row a run; key: run_id
-- reads: incoming (one row)
MERGE INTO runs USING incoming ON runs.run_id = incoming.run_id
WHEN MATCHED THEN UPDATE SET ended_at = incoming.ended_at, state = incoming.state, detail = incoming.detail
WHEN NOT MATCHED THEN INSERT BY NAME;
