-- What was last got of each feed, sitemap and list: its validators, when, and whether it names other sitemaps.
-- grain: one row a page; key: page
SELECT
    page,
    arg_max(etag, fetched_at) AS etag,
    arg_max(last_modified, fetched_at) AS last_modified,
    max(fetched_at) AS fetched_at,
    arg_max(detail, fetched_at) = 'index' AS is_index
FROM fetches
WHERE purpose IN ('feed', 'sitemap', 'list') AND outcome IN ('kept', 'unchanged')
GROUP BY page
ORDER BY page;
