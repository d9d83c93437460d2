-- Cited pages that are gone, when that was first seen, and what is held of them: a copy in an archive, or the
-- page as it was when it was last got.
-- grain: one row a page; key: page
-- takes: $dead (reason codes)
WITH since AS (
    SELECT fetches.page, min(fetches.fetched_at) AS since
    FROM fetches
    WHERE
        fetches.purpose = 'page'
        AND fetches.reason IN (SELECT unnest($dead::VARCHAR[]))
        AND NOT EXISTS (
            SELECT 1 FROM fetches AS later
            WHERE
                later.page = fetches.page
                AND later.purpose = 'page'
                AND later.outcome <> 'failed'
                AND later.fetched_at > fetches.fetched_at
        )
    GROUP BY fetches.page
),

got AS (
    SELECT page, max(fetched_at) AS fetched_at
    FROM fetches
    WHERE document_id IS NOT NULL
    GROUP BY page
),

copies AS (
    SELECT addresses.page, max(addresses.archived_at) AS archived_at
    FROM addresses
    INNER JOIN held_documents ON held_documents.document_id = addresses.document_id
    WHERE addresses.via = 'archive'
    GROUP BY addresses.page
)

SELECT
    pages.page,
    pages.reason,
    since.since,
    copies.archived_at,
    CASE WHEN pages.state = 'held' THEN got.fetched_at END AS held_from
FROM pages
INNER JOIN since ON since.page = pages.page
LEFT JOIN got ON got.page = pages.page
LEFT JOIN copies ON copies.page = pages.page
WHERE pages.role = 'source' AND pages.reason IN (SELECT unnest($dead::VARCHAR[]))
ORDER BY pages.page;
