-- Pages of sources that feeds, sitemaps and lists tell of, whatever became of them since.
-- grain: one row a page; key: url
-- takes: $keys (hosts)
SELECT url, title, published, modified, regexp_extract(page, '^[^/?]*') AS host
FROM pages
WHERE
    role = 'source'
    AND via NOT IN ('', 'search')
    AND origin NOT IN ('archive', 'warc')
    AND regexp_extract(page, '^[^/?]*') IN (SELECT unnest($keys::VARCHAR[]))
ORDER BY page;
