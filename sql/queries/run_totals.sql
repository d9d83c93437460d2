-- What the database holds now, for the report at a run's end.
-- grain: one row
SELECT
    (
        SELECT count(DISTINCT uri) FROM locations
        WHERE role = 'article' AND NOT gone AND uri NOT IN (SELECT url FROM pages)
    ) AS article_files,
    (
        SELECT count(DISTINCT uri) FROM locations
        WHERE role = 'source' AND NOT gone AND uri NOT IN (SELECT url FROM pages)
    ) AS source_files,
    (SELECT count(DISTINCT page) FROM pages WHERE role = 'article' AND state = 'held') AS article_pages,
    (SELECT count(DISTINCT page) FROM pages WHERE role = 'source' AND state = 'held') AS source_pages,
    (SELECT count(DISTINCT page) FROM pages WHERE state = 'waiting') AS pages_waiting,
    (SELECT count(DISTINCT page) FROM pages WHERE is_dead(reason)) AS pages_dead,
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
