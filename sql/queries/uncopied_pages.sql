-- Cited pages that are dead or no article, whose archive was not asked since, with the date of the article
-- that cites them (of several the earliest).
-- grain: one row a page; key: page
-- takes: $reasons, $passing (reason codes of trouble that may pass: then the archive is asked again)
WITH asked AS (
    SELECT page, max(fetched_at) AS asked_at
    FROM fetches
    WHERE purpose = 'archive' AND reason NOT IN (SELECT unnest($passing::VARCHAR[]))
    GROUP BY page
),

tried AS (
    SELECT page, max(fetched_at) AS tried_at
    FROM fetches
    WHERE purpose IN ('page', 'warc')
    GROUP BY page
)

SELECT pages.page, pages.url, pages.reason
FROM pages
LEFT JOIN asked ON asked.page = pages.page
LEFT JOIN tried ON tried.page = pages.page
WHERE
    pages.role = 'source'
    AND pages.state = 'failed'
    AND pages.reason IN (SELECT unnest($reasons::VARCHAR[]))
    AND pages.origin <> 'archive'
    AND (asked.asked_at IS NULL OR asked.asked_at < tried.tried_at)
ORDER BY pages.page;
