-- Key of what feeds, sitemaps and lists tell of sources: it changes when a page comes or its title does.
-- grain: one row; listed is NULL where nothing is told of
SELECT md5(string_agg(page || '|' || title, '|' ORDER BY page)) AS listed
FROM pages
WHERE role = 'source' AND via <> '' AND origin IN ('feed', 'sitemap', 'list') AND state = 'known';
