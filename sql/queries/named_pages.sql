-- Named pages, whether a document is held of each, and the validators of what was got last.
-- grain: one row a page in a role; key: role, page
-- takes: $pages (canonical addresses)
WITH held AS (
    SELECT DISTINCT uri FROM locations WHERE NOT gone
),

got AS (
    SELECT page, arg_max(etag, fetched_at) AS etag, arg_max(last_modified, fetched_at) AS last_modified
    FROM fetches
    WHERE purpose = 'page' AND outcome IN ('kept', 'unchanged')
    GROUP BY page
)

SELECT
    pages.*,
    held.uri IS NOT NULL AS is_held,
    coalesce(got.etag, '') AS etag,
    coalesce(got.last_modified, '') AS last_modified
FROM pages
LEFT JOIN held ON held.uri = pages.url
LEFT JOIN got ON got.page = pages.page
WHERE pages.page IN (SELECT unnest($pages::VARCHAR[]))
ORDER BY pages.added_at, pages.page, pages.role;
