-- Which checkable claims carry no marker?
-- grain: one row a finding; key: article_uri, claim
SELECT article_uri, article_title, claims[1] AS claim, reason
FROM open_findings
WHERE kind = 'uncited_claim'
ORDER BY article_uri, claim;
