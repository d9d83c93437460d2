-- What was got of pages earlier and found to be an article, the newest of each page: title, size and time.
-- grain: one row a page; key: page
-- takes: $pages (canonical addresses), $but (document_id of the version that is being weighed)
SELECT
    fetches.page,
    arg_max(fetches.document_id, fetches.fetched_at) AS document_id,
    arg_max(documents.title, fetches.fetched_at) AS title,
    arg_max(fetches.bytes, fetches.fetched_at) AS bytes,
    epoch_ns(max(fetches.fetched_at)) AS got_ns
FROM fetches
INNER JOIN documents ON documents.document_id = fetches.document_id
INNER JOIN ledger ON ledger.stage = 'weigh' AND ledger.item = fetches.document_id AND ledger.kept
WHERE fetches.page IN (SELECT unnest($pages::VARCHAR[])) AND fetches.document_id <> $but
GROUP BY fetches.page
ORDER BY fetches.page;
