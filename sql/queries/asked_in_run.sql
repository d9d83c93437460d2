-- How many requests a run has made for pages, feeds and copies, and over how many seconds.
-- grain: one row
-- takes: $run_id
SELECT
    count(*) AS requests,
    coalesce(epoch(max(fetched_at) - min(fetched_at)) + arg_max(seconds, fetched_at), 0)::DOUBLE AS seconds
FROM fetches
WHERE run_id = $run_id AND purpose <> 'warc';
