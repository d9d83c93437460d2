-- Pages that are to be asked for now, in every role in which they are asked for or held, the document that is held of each, and the validators of what was got last.
-- grain: one row a page in a role; key: role, page
-- takes: $now, $run_id (a page that this run has asked for already waits for the next one)
WITH held AS (
    SELECT uri, min(document_id) AS document_id, list(role) AS roles FROM locations WHERE NOT gone GROUP BY uri
),

got AS (
    SELECT page, arg_max(etag, fetched_at) AS etag, arg_max(last_modified, fetched_at) AS last_modified
    FROM fetches
    WHERE purpose = 'page' AND outcome IN ('kept', 'unchanged')
    GROUP BY page
)

SELECT
    pages.*,
    coalesce(held.document_id, '') AS document_id,
    coalesce(list_contains(held.roles, pages.role), false) AS in_role,
    coalesce(got.etag, '') AS etag,
    coalesce(got.last_modified, '') AS last_modified
FROM pages
LEFT JOIN held ON held.uri = pages.url
LEFT JOIN got ON got.page = pages.page
WHERE
    pages.state IN ('waiting', 'held')
    AND pages.page IN (SELECT page FROM pages WHERE state = 'waiting')
    AND (pages.not_before IS NULL OR pages.not_before <= $now)
    AND pages.page NOT IN (SELECT page FROM fetches WHERE purpose = 'page' AND run_id = $run_id)
ORDER BY pages.added_at, pages.page, pages.role;
