-- When what is held of each page was got, or last found unchanged, and when asking for it last failed.
-- grain: one row a page that was asked for or captured; key: page
-- takes: $pages (canonical addresses)
SELECT
    page,
    max(fetched_at) FILTER (WHERE document_id IS NOT NULL OR outcome = 'unchanged') AS got_at,
    max(fetched_at) FILTER (WHERE outcome = 'failed') AS failed_at
FROM fetches
WHERE purpose IN ('page', 'warc') AND page IN (SELECT unnest($pages::VARCHAR[]))
GROUP BY page
ORDER BY page;
