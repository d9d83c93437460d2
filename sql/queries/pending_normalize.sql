-- What normalize has still to do: documents that were extracted and lie somewhere now.
-- grain: one row a pending item; key: item (document_id); attempts: how often it was tried before
-- takes: $version
SELECT
    current_documents.document_id AS item,
    extracted.output_hash AS input_hash,
    coalesce(done.attempts, 0) AS attempts
FROM current_documents
INNER JOIN ledger AS extracted
    ON extracted.stage = 'extract' AND extracted.item = current_documents.document_id AND extracted.kept
LEFT JOIN ledger AS done ON done.stage = 'normalize'
    AND done.item = current_documents.document_id
    AND done.version = $version
    AND done.input_hash = extracted.output_hash
WHERE done.item IS NULL OR may_try_again(done.reason, done.attempts)
ORDER BY item;
