-- Cited pages that are dead or no article, of which no copy is held, whose archive was not asked since, and how often asking it failed
-- since. Trouble that may pass is tried again in later runs, so many times.
-- grain: one row a page; key: page
-- takes: $reasons, $passing (reason codes of trouble that may pass), $run_id, $tries
WITH copied AS (
    SELECT addresses.page
    FROM addresses
    INNER JOIN current_documents ON current_documents.document_id = addresses.document_id
    WHERE addresses.via = 'archive'
),

tried AS (
    SELECT page, max(fetched_at) AS tried_at
    FROM fetches
    WHERE purpose IN ('page', 'warc')
    GROUP BY page
),

asked AS (
    SELECT
        fetches.page,
        bool_or(fetches.run_id = $run_id) AS in_this_run,
        count(*) FILTER (WHERE fetches.reason IN (SELECT unnest($passing::VARCHAR[]))) AS failures,
        count(*) AS questions
    FROM fetches
    INNER JOIN tried ON tried.page = fetches.page
    WHERE fetches.purpose = 'archive' AND (fetches.fetched_at >= tried.tried_at OR fetches.run_id = $run_id)
    GROUP BY fetches.page
)

SELECT pages.page, pages.url, pages.reason, coalesce(asked.failures, 0) AS failures
FROM pages
LEFT JOIN asked ON asked.page = pages.page
WHERE
    pages.role = 'source'
    AND pages.state = 'failed'
    AND pages.reason IN (SELECT unnest($reasons::VARCHAR[]))
    AND pages.origin <> 'archive'
    AND pages.page NOT IN (SELECT page FROM copied)
    AND (
        asked.page IS NULL
        OR (NOT asked.in_this_run AND asked.questions = asked.failures AND asked.failures < $tries::INTEGER)
    )
ORDER BY pages.page;
