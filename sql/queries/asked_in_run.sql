-- How many requests a run has made for pages, feeds and copies, and for how many seconds it was asking.
-- grain: one row
-- takes: $run_id, $pause (seconds: a longer silence was no asking, but the stages between two that ask)
WITH asked AS (
    SELECT fetched_at AS began, fetched_at + to_microseconds((seconds * 1e6)::BIGINT) AS ended
    FROM fetches
    -- What took no time was not asked for: robots.txt forbids it, or the address itself is refused.
    WHERE run_id = $run_id AND purpose <> 'warc' AND seconds > 0
),

-- Hosts are asked side by side: until when all that began before had ended.
followed AS (
    SELECT
        began,
        ended,
        max(ended) OVER (ORDER BY began, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM asked
)

SELECT
    count(*) AS requests,
    coalesce(
        sum(
            greatest(epoch(ended - greatest(began, coalesce(before, began))), 0)
            + CASE WHEN epoch(began - before) BETWEEN 0 AND $pause::DOUBLE THEN epoch(began - before) ELSE 0 END
        ),
        0
    )::DOUBLE AS seconds
FROM followed;
