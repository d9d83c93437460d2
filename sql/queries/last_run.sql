-- The run that began last.
-- grain: one row, none before the first run; key: run_id
SELECT
    run_id,
    command,
    version,
    started_at,
    ended_at,
    state,
    detail
FROM runs
ORDER BY started_at DESC, run_id DESC
LIMIT 1;
