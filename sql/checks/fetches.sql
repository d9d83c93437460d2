-- A page is held where the web says so: what was kept is held content, and a held page has an attempt that kept it.
-- grain: one row a row that breaks this
SELECT 'fetches' AS table_name, fetch_id AS key
FROM fetches
WHERE
    (outcome = 'failed') <> (reason <> '')
    OR (document_id IS NOT NULL AND document_id NOT IN (SELECT document_id FROM raws))
UNION ALL
SELECT 'addresses', page || ' ' || document_id
FROM addresses
WHERE document_id NOT IN (SELECT document_id FROM raws)
UNION ALL
SELECT 'pages', role || ' ' || page
FROM pages
WHERE
    state NOT IN ('known', 'waiting', 'held', 'failed', 'set_aside')
    OR (state = 'held' AND (role, url) NOT IN (SELECT (role, uri) FROM locations));
