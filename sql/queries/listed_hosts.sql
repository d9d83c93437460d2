-- Key of what feeds, sitemaps and lists tell of sources on each host: it changes when a page comes, or its
-- title or date does, and not with what becomes of a page.
-- grain: one row a host; key: host
SELECT
    regexp_extract(page, '^[^/?]*') AS host,
    md5(string_agg(page || '|' || title || '|' || published, '|' ORDER BY page)) AS listed
FROM pages
WHERE role = 'source' AND via NOT IN ('', 'search') AND origin NOT IN ('archive', 'warc')
GROUP BY host
ORDER BY host;
