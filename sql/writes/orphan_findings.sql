-- Closes the findings of articles that are no longer there to be judged: nothing lies at their uri, or the
-- document that lies there was dropped by the stage that is being committed.
-- grain: one row a finding; key: finding_id
-- reads: outcomes (the items of the batch that is being committed)
UPDATE findings SET status = 'closed'
WHERE
    status = 'open'
    AND uri NOT IN (
        SELECT current_documents.uri
        FROM current_documents
        LEFT JOIN outcomes ON outcomes.item = current_documents.document_id AND NOT outcomes.kept
        WHERE current_documents.is_article AND outcomes.item IS NULL
    );
