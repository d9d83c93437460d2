-- Cited pages that were found thin: what they lack are words of the titles under which they were cited then.
-- grain: one row a page; key: page
SELECT pages.page, max(fetches.fetched_at) AS weighed_at
FROM pages
INNER JOIN fetches ON fetches.page = pages.page AND fetches.purpose = 'page'
WHERE pages.role = 'source' AND pages.state = 'failed' AND pages.reason = 'thin' AND pages.origin <> 'archive'
GROUP BY pages.page
ORDER BY pages.page;
