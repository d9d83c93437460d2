-- Which quotes were altered? The article's words beside the source's.
-- grain: one row an altered quote; key: article_uri, claim, quoted
SELECT
    open_findings.article_uri,
    open_findings.claims[1] AS claim,
    list(DISTINCT quotes.text ORDER BY quotes.text) AS quoted,
    any_value(claim_evidence.passage ORDER BY claim_evidence.score DESC, claim_evidence.reference_id) AS source_says,
    any_value(claim_evidence.source_title ORDER BY claim_evidence.score DESC, claim_evidence.reference_id) AS source_title,
    open_findings.reason
FROM open_findings
LEFT JOIN quotes ON quotes.claim_id = open_findings.claim_ids[1]
LEFT JOIN claim_evidence ON claim_evidence.claim_id = open_findings.claim_ids[1]
WHERE open_findings.kind = 'altered_quote'
GROUP BY open_findings.finding_id, open_findings.article_uri, open_findings.claims, open_findings.reason
ORDER BY open_findings.article_uri, claim, open_findings.reason;
