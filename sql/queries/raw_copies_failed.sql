-- Copies in an archive, asked for as the page was served, that did not come, or held no text.
-- grain: one row a copy; key: page
-- takes: $reasons (reason codes for which the archive's own page would be no better)
SELECT pages.url, pages.via, pages.published
FROM pages
LEFT JOIN locations ON locations.role = pages.role AND locations.uri = pages.url AND NOT locations.gone
LEFT JOIN ledger ON ledger.stage = 'extract' AND ledger.item = locations.document_id
WHERE
    pages.role = 'source'
    AND pages.origin = 'archive'
    AND (
        (pages.state = 'failed' AND pages.reason NOT IN (SELECT unnest($reasons::VARCHAR[])))
        OR (pages.state = 'held' AND NOT ledger.kept)
    )
ORDER BY pages.page;
