-- A passage names sentences of its source, in order, and spans the first to the last of them.
-- grain: one row a link that does not
SELECT links.claim_id, links.reference_id, links."rank"
FROM links
LEFT JOIN sentences AS first_one
    ON first_one.document_id = links.source_id AND first_one.sentence = links.sentences[1]
LEFT JOIN sentences AS last_one
    ON last_one.document_id = links.source_id AND last_one.sentence = links.sentences[-1]
WHERE
    links.role NOT IN ('cited', 'sister')
    OR links.sentences <> list_sort(list_distinct(links.sentences))
    OR links.start_at IS DISTINCT FROM first_one.start_at
    OR links.end_at IS DISTINCT FROM last_one.end_at
    OR NOT (links.cosine BETWEEN -1.001 AND 1.001)
    OR NOT (links.coverage BETWEEN 0 AND 1.001)
    OR isnan(links.score);
