-- Number of a run's next batch.
-- grain: one row; key: none
-- takes: $run_id
SELECT coalesce(max(batch), 0)::INTEGER + 1 AS batch FROM batches WHERE run_id = $run_id;
