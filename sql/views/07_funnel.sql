-- How many citations get how far: articles, citations, with an entry, resolved, judged, flagged.
-- grain: one row a step; key: step
CREATE OR REPLACE VIEW funnel AS
WITH cited AS (
    SELECT
        citations.citation_id,
        len(citations.reference_ids) > 0 AS has_entry,
        coalesce(bool_or(resolutions.source_id IS NOT NULL), false) AS resolved,
        coalesce(bool_or(verdicts.verdict <> 'source_unavailable'), false) AS judged,
        coalesce(bool_or(flagged.claim_id IS NOT NULL), false) AS flagged
    FROM citations
    LEFT JOIN resolutions ON list_contains(citations.reference_ids, resolutions.reference_id)
        AND resolutions.document_id = citations.document_id
    LEFT JOIN verdicts ON verdicts.claim_id = citations.claim_id
        AND verdicts.reference_id = resolutions.reference_id
    LEFT JOIN (
        SELECT DISTINCT unnest(claim_ids) AS claim_id FROM findings WHERE status = 'open'
    ) AS flagged ON flagged.claim_id = citations.claim_id
    GROUP BY citations.citation_id, citations.reference_ids
)

SELECT 1 AS step, 'articles' AS name, count(*) AS items FROM articles
UNION ALL
SELECT 2, 'citations', count(*) FROM cited
UNION ALL
SELECT 3, 'citations with an entry', count(*) FROM cited WHERE has_entry
UNION ALL
SELECT 4, 'citations resolved to a held source', count(*) FROM cited WHERE resolved
UNION ALL
SELECT 5, 'citations judged', count(*) FROM cited WHERE judged
UNION ALL
SELECT 6, 'citations of a flagged claim', count(*) FROM cited WHERE flagged;
COMMENT ON VIEW funnel IS 'One row a step from articles to flagged citations. Key: step.';
COMMENT ON COLUMN funnel.step IS 'Number of the step, from 1.';
COMMENT ON COLUMN funnel.name IS 'What is counted.';
COMMENT ON COLUMN funnel.items IS 'How many there are.';
