-- What extract has still to do: documents that lie somewhere now.
-- grain: one row a pending item; key: item (document_id); attempts: how often it was tried before
-- takes: $version
SELECT
    current_documents.document_id AS item,
    current_documents.document_id AS input_hash,
    coalesce(ledger.attempts, 0) AS attempts
FROM current_documents
LEFT JOIN ledger ON ledger.stage = 'extract'
    AND ledger.item = current_documents.document_id
    AND ledger.version = $version
    AND ledger.input_hash = current_documents.document_id
WHERE ledger.item IS NULL OR may_try_again(ledger.reason, ledger.attempts)
ORDER BY item;
