-- Pages of sources that could not be got, with every spelling of their address that was asked for.
-- A page that is known as an article too has its address from where it was listed: that one is right.
-- grain: one row a page; key: page
-- takes: $reasons (reason codes of pages that are there, but not for us)
SELECT pages.page, list(DISTINCT fetches.url ORDER BY fetches.url) AS asked
FROM pages
INNER JOIN fetches ON fetches.page = pages.page AND fetches.purpose = 'page'
WHERE
    pages.role = 'source'
    AND pages.state IN ('failed', 'set_aside')
    AND pages.reason NOT IN (SELECT unnest($reasons::VARCHAR[]))
    AND pages.origin <> 'archive'
    AND pages.page NOT IN (SELECT page FROM pages WHERE role = 'article')
GROUP BY pages.page
ORDER BY pages.page;
