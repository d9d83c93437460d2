-- What the database holds now, for the report at a run's end.
-- grain: one row
SELECT
    (SELECT count(DISTINCT uri) FROM locations WHERE role = 'article' AND NOT gone) AS article_files,
    (SELECT count(DISTINCT uri) FROM locations WHERE role = 'source' AND NOT gone) AS source_files,
    (SELECT count(*) FROM articles) AS articles,
    (SELECT count(*) FROM "references") AS "references",
    (SELECT count(*) FROM citations) AS citations,
    (SELECT count(*) FROM claims) AS claims,
    (SELECT count(*) FROM resolutions WHERE source_id IS NOT NULL) AS references_resolved,
    (SELECT count(*) FROM embeddings) AS texts_embedded,
    (SELECT count(*) FROM links) AS links,
    (SELECT count(*) FROM verdicts WHERE verdict <> 'source_unavailable') AS verdicts_on_a_source,
    (SELECT count(*) FROM findings WHERE status = 'open') AS open_findings,
    (SELECT count(*) FROM issues) AS issues;
