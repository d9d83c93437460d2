-- What was got of pages earlier and found to be an article, the newest of each page: title, size and time.
-- grain: one row a page of a document that is weighed; key: weighed, page
-- takes: $pages (canonical addresses), $documents (for each, document_id of its version that is being weighed)
WITH asked AS (
    SELECT unnest($pages::VARCHAR[]) AS page, unnest($documents::VARCHAR[]) AS document_id
)

SELECT
    asked.document_id AS weighed,
    asked.page,
    arg_max(fetches.document_id, fetches.fetched_at) AS document_id,
    arg_max(documents.title, fetches.fetched_at) AS title,
    arg_max(fetches.bytes, fetches.fetched_at) AS bytes,
    epoch_ns(max(fetches.fetched_at)) AS got_ns
FROM asked
INNER JOIN fetches ON fetches.page = asked.page AND fetches.document_id <> asked.document_id
INNER JOIN documents ON documents.document_id = fetches.document_id
INNER JOIN ledger ON ledger.stage = 'weigh' AND ledger.item = fetches.document_id AND ledger.kept
GROUP BY asked.document_id, asked.page
ORDER BY asked.document_id, asked.page;
