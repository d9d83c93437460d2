-- Which hosts answer slowly, fail often, or are left alone for now?
-- grain: one row a host that was asked; key: host
SELECT
    split_part(fetches.page, '/', 1) AS host,
    count(*) AS attempts,
    count(*) FILTER (WHERE fetches.outcome = 'failed') AS failed,
    round(median(fetches.seconds), 2) AS median_seconds,
    sum(fetches.raw_bytes) AS raw_bytes,
    max(hosts.not_before) AS not_before
FROM fetches
LEFT JOIN hosts ON hosts.host = split_part(fetches.page, '/', 1)
WHERE fetches.purpose = 'page'
GROUP BY split_part(fetches.page, '/', 1)
ORDER BY failed DESC, median_seconds DESC, host;
