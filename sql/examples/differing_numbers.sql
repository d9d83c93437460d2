-- Which numbers differ between article and source?
-- grain: one row a finding; key: article_uri, claim
SELECT
    open_findings.article_uri,
    open_findings.claims[1] AS claim,
    any_value(claim_evidence.passage ORDER BY claim_evidence.score DESC, claim_evidence.reference_id) AS source_says,
    any_value(claim_evidence.source_title ORDER BY claim_evidence.score DESC, claim_evidence.reference_id) AS source_title,
    open_findings.reason
FROM open_findings
LEFT JOIN claim_evidence ON claim_evidence.claim_id = open_findings.claim_ids[1]
WHERE open_findings.kind = 'number_mismatch'
GROUP BY open_findings.finding_id, open_findings.article_uri, open_findings.claims, open_findings.reason
ORDER BY open_findings.article_uri, claim, open_findings.reason;
