-- When what is held of each page was got.
-- grain: one row a page of which something was kept; key: page
-- takes: $pages (canonical addresses)
SELECT page, max(fetched_at) AS fetched_at
FROM fetches
WHERE document_id IS NOT NULL AND page IN (SELECT unnest($pages::VARCHAR[]))
GROUP BY page
ORDER BY page;
