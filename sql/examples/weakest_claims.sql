-- Which claims are least supported by the source that they cite? Claim and best passage side by side.
-- grain: one row a claim and cited reference; key: article_uri, claim, reference_label
SELECT article_uri, claim, reference_label, source_title, passage, verdict, round(probability, 3) AS probability
FROM claim_evidence
WHERE verdict <> 'source_unavailable'
ORDER BY claim_evidence.probability, article_uri, claim, reference_label
LIMIT 20;
