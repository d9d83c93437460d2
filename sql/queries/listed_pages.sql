-- Pages of sources that feeds, sitemaps and lists tell of.
-- grain: one row a page; key: page
SELECT page, url, title, published, modified
FROM pages
WHERE role = 'source' AND via <> '' AND origin IN ('feed', 'sitemap', 'list') AND state = 'known'
ORDER BY page;
