-- Cited pages that are gone, when that was first seen, and what is held of them: a copy in an archive, or the
-- page as it was when it was last got. The last attempt that told anything decides: trouble that may pass tells
-- nothing, and that a name does not exist counts only where the run got some answer: a machine without a
-- network may say so of every name.
-- grain: one row a page; key: page
-- takes: $dead (reason codes), $passing (reason codes of trouble that may pass)
WITH telling AS (
    SELECT page, reason, fetched_at
    FROM fetches
    WHERE
        purpose = 'page'
        AND reason NOT IN (SELECT unnest($passing::VARCHAR[]))
        AND (reason <> 'no_such_host' OR run_id IN (SELECT run_id FROM fetches WHERE status IS NOT NULL))
),

last_told AS (
    SELECT page, arg_max(reason, fetched_at) AS reason FROM telling GROUP BY page
),

since AS (
    SELECT telling.page, telling.reason, min(telling.fetched_at) AS since
    FROM telling
    INNER JOIN last_told ON last_told.page = telling.page AND last_told.reason = telling.reason
    WHERE
        telling.reason IN (SELECT unnest($dead::VARCHAR[]))
        AND NOT EXISTS (
            SELECT 1 FROM telling AS later
            WHERE
                later.page = telling.page
                AND later.reason <> telling.reason
                AND later.fetched_at > telling.fetched_at
        )
    GROUP BY telling.page, telling.reason
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
    since.page,
    since.reason,
    since.since,
    copies.archived_at,
    CASE WHEN pages.url IN (SELECT uri FROM locations WHERE NOT gone) THEN got.fetched_at END AS held_from
FROM since
INNER JOIN pages ON pages.page = since.page
LEFT JOIN got ON got.page = since.page
LEFT JOIN copies ON copies.page = since.page
WHERE pages.role = 'source' AND pages.reason <> ''
ORDER BY since.page;
