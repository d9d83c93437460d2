-- What is known of each feed, sitemap and list from asking it: the validators of what was last read of it, when that was, what was asked of it then, and whether all went well with it the last time.
-- grain: one row a page; key: page
WITH asked AS (
    -- A bare 304 says nothing of validators: those of the answer before it still hold.
    SELECT
        page,
        arg_max(url, fetched_at) AS url,
        arg_max(etag, fetched_at)
            FILTER (WHERE outcome = 'kept' OR (outcome = 'unchanged' AND etag || last_modified <> '')) AS etag,
        arg_max(last_modified, fetched_at)
            FILTER (WHERE outcome = 'kept' OR (outcome = 'unchanged' AND etag || last_modified <> '')) AS last_modified,
        arg_max(final_url, fetched_at)
            FILTER (WHERE outcome = 'kept' OR (outcome = 'unchanged' AND etag || last_modified <> '')) AS validators_from,
        arg_max(detail, fetched_at) FILTER (WHERE outcome = 'kept') AS asked,
        max(fetched_at) FILTER (WHERE outcome <> 'failed') AS read_at,
        max(fetched_at) AS asked_at
    FROM fetches
    WHERE purpose IN ('feed', 'sitemap', 'list')
    GROUP BY page
)

SELECT
    asked.page,
    asked.url,
    coalesce(asked.etag, '') AS etag,
    coalesce(asked.last_modified, '') AS last_modified,
    coalesce(asked.validators_from, '') AS validators_from,
    coalesce(asked.asked, '') AS asked,
    asked.read_at,
    asked.asked_at,
    coalesce(ledger.kept, false) AS in_order
FROM asked
LEFT JOIN ledger ON ledger.stage = 'fetch' AND ledger.item = asked.url
ORDER BY asked.page;
