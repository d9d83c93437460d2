-- Pages that were asked for before, those asked longest ago first.
-- grain: one row a page; key: page
-- takes: $dead_only, $dead (reason codes of pages that are dead), $limit
WITH tried AS (
    SELECT page, max(fetched_at) AS tried_at
    FROM fetches
    WHERE purpose = 'page'
    GROUP BY page
)

SELECT pages.page
FROM pages
INNER JOIN tried ON tried.page = pages.page
WHERE
    pages.state IN ('held', 'failed')
    AND pages.origin <> 'archive'
    AND (NOT $dead_only OR pages.reason IN (SELECT unnest($dead::VARCHAR[])))
GROUP BY pages.page
ORDER BY min(tried.tried_at), pages.page
LIMIT $limit;
