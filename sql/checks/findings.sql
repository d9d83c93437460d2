-- A finding suggests a label for each label or none at all, says why, carries the precision of its kind, and
-- is open or closed; an open one is about an article that was judged.
-- grain: one row a finding that breaks this
SELECT finding_id, kind, uri, status
FROM findings
WHERE
    (len(suggested) > 0 AND len(suggested) <> len(labels))
    OR reason = ''
    OR NOT ("precision" BETWEEN 0 AND 1)
    OR isnan("precision")
    OR isnan(score)
    OR status NOT IN ('open', 'closed')
    OR (status = 'open' AND uri NOT IN (SELECT uri FROM current_documents WHERE is_article));
