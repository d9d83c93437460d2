-- Which pages have changed since they were first got, how often, and by how much?
-- grain: one row a page with more than one version; key: page
SELECT
    page,
    count(*) AS versions,
    min(first_fetched_at) AS first_fetched_at,
    max(first_fetched_at) AS last_change_at,
    max(characters) - min(characters) AS characters_apart,
    any_value(title) FILTER (WHERE is_current) AS title
FROM page_versions
GROUP BY page
HAVING count(*) > 1
ORDER BY versions DESC, page;
