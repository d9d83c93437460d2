-- How long does each stage take, and how many items a second does it handle?
-- grain: one row a stage; key: stage
SELECT
    stage,
    count(*) AS batches,
    sum(items)::BIGINT AS items,
    sum(written)::BIGINT AS rows_written,
    round(sum(seconds), 2) AS seconds,
    round(share(sum(items), sum(seconds)), 1) AS items_a_second
FROM batches
GROUP BY stage
ORDER BY min(started_at), stage;
