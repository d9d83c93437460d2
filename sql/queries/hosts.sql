-- What is remembered of some sites and still counts: trouble, a pause, and the robots.txt of late.
-- grain: one row a site; key: host
-- takes: $keys (names of sites), $recent (robots.txt that was asked for before is asked for anew)
SELECT
    host,
    failures,
    not_before,
    CASE WHEN robots_at >= $recent THEN robots ELSE '' END AS robots,
    robots_status,
    robots_at
FROM hosts
WHERE
    host IN (SELECT unnest($keys::VARCHAR[]))
    AND (failures > 0 OR not_before IS NOT NULL OR robots_at >= $recent)
ORDER BY host;
