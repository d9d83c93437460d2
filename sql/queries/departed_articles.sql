-- Documents that were handled as articles and lie at no place of an article any more.
-- grain: one row a document; key: item (document_id)
SELECT DISTINCT item FROM ledger
WHERE
    stage IN ('cite', 'resolve', 'link', 'judge')
    AND item NOT IN (SELECT document_id FROM current_documents WHERE is_article)
ORDER BY item;
