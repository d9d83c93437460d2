-- What was asked for of late, and when the asking ended.
-- grain: one row an address; key: url
-- takes: $since (what ended before is left out)
SELECT final_url AS url, max(fetched_at + to_microseconds((seconds * 1e6)::BIGINT)) AS ended_at
FROM fetches
WHERE purpose <> 'warc' AND final_url <> '' AND seconds > 0
GROUP BY final_url
HAVING ended_at >= $since
ORDER BY final_url;
