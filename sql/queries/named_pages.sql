-- Named pages: what is held of each, what was got of it last, and the validators of that.
-- grain: one row a page in a role; key: role, page
-- takes: $pages (canonical addresses)
WITH held AS (
    SELECT uri, min(document_id) AS document_id, list(role) AS roles FROM locations WHERE NOT gone GROUP BY uri
),

-- A bare 304 says nothing of validators: those of the answer before it still hold.
got AS (
    SELECT
        page,
        arg_max(etag, fetched_at) FILTER (WHERE etag <> '' OR last_modified <> '') AS etag,
        arg_max(last_modified, fetched_at) FILTER (WHERE etag <> '' OR last_modified <> '') AS last_modified,
        arg_max(final_url, fetched_at) FILTER (WHERE etag <> '' OR last_modified <> '') AS validators_from,
        arg_max(document_id, fetched_at) FILTER (WHERE document_id IS NOT NULL) AS last_document
    FROM fetches
    WHERE
        purpose = 'page'
        AND outcome IN ('kept', 'unchanged')
        AND page IN (SELECT unnest($pages::VARCHAR[]))
    GROUP BY page
)

SELECT
    pages.*,
    coalesce(held.document_id, '') AS document_id,
    coalesce(list_contains(held.roles, pages.role), false) AS in_role,
    coalesce(got.etag, '') AS etag,
    coalesce(got.last_modified, '') AS last_modified,
    coalesce(got.validators_from, '') AS validators_from,
    coalesce(got.last_document, '') AS last_document
FROM pages
LEFT JOIN held ON held.uri = pages.url
LEFT JOIN got ON got.page = pages.page
WHERE pages.page IN (SELECT unnest($pages::VARCHAR[]))
ORDER BY pages.page, pages.role;
