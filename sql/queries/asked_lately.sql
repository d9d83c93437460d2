-- What was asked for of late, and when the asking ended.
-- grain: one row an address; key: url
-- takes: $since
SELECT final_url AS url, max(fetched_at + to_microseconds((seconds * 1e6)::BIGINT)) AS ended_at
FROM fetches
WHERE fetched_at >= $since AND purpose <> 'warc' AND final_url <> ''
GROUP BY final_url
ORDER BY final_url;
