-- What segment has still to do: documents that were normalized and lie somewhere now.
-- grain: one row a pending item; key: item (document_id); attempts: how often it was tried before
-- takes: $version
SELECT
    current_documents.document_id AS item,
    normalized.output_hash AS input_hash,
    coalesce(done.attempts, 0) AS attempts
FROM current_documents
INNER JOIN ledger AS normalized
    ON normalized.stage = 'normalize' AND normalized.item = current_documents.document_id AND normalized.kept
LEFT JOIN ledger AS done ON done.stage = 'segment'
    AND done.item = current_documents.document_id
    AND done.version = $version
    AND done.input_hash = normalized.output_hash
WHERE done.item IS NULL OR may_try_again(done.reason, done.attempts)
ORDER BY item;
