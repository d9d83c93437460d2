-- Which hosts answer slowly, fail often, or are left alone for now?
-- grain: one row a host that was asked; key: host
WITH pauses AS (
    -- Pages are known without scheme and "www."; a row of hosts is a host under one scheme.
    SELECT regexp_replace(host, '^(http://)?(www[.])?', '') AS host, max(not_before) AS not_before
    FROM hosts
    GROUP BY ALL
)

SELECT
    split_part(fetches.page, '/', 1) AS host,
    count(*) AS attempts,
    count(*) FILTER (WHERE fetches.outcome = 'failed') AS failed,
    round(median(fetches.seconds), 2) AS median_seconds,
    sum(fetches.raw_bytes) AS raw_bytes,
    max(pauses.not_before) AS not_before
FROM fetches
LEFT JOIN pauses ON pauses.host = split_part(fetches.page, '/', 1)
WHERE fetches.purpose = 'page'
GROUP BY split_part(fetches.page, '/', 1)
ORDER BY failed DESC, median_seconds DESC, host;
