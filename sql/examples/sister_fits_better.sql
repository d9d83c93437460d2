-- Which claims does another entry of the same list fit better than the cited one?
-- grain: one row a claim; key: article_uri, claim
WITH best AS (
    SELECT
        claim_id,
        max(score) FILTER (WHERE role = 'cited') AS cited_score,
        arg_max(reference_id, score) FILTER (WHERE role = 'cited') AS cited_id,
        max(score) FILTER (WHERE role = 'sister') AS sister_score,
        arg_max(reference_id, score) FILTER (WHERE role = 'sister') AS sister_id,
        arg_max(text, score) FILTER (WHERE role = 'sister') AS sister_passage
    FROM links
    GROUP BY claim_id
)

SELECT
    articles.uri AS article_uri,
    claims.text AS claim,
    cited.label AS cited_label,
    sister.label AS sister_label,
    sister.title AS sister_title,
    best.sister_passage,
    round(best.cited_score, 3) AS cited_score,
    round(best.sister_score, 3) AS sister_score
FROM best
INNER JOIN claims ON claims.claim_id = best.claim_id
INNER JOIN articles ON articles.document_id = claims.document_id
INNER JOIN "references" AS cited ON cited.reference_id = best.cited_id
INNER JOIN "references" AS sister ON sister.reference_id = best.sister_id
WHERE best.sister_score > best.cited_score
ORDER BY best.sister_score - best.cited_score DESC, article_uri, claim;
