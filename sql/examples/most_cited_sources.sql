-- Which held sources are cited most, and how well do they support what cites them?
-- grain: one row a source; key: source_uri
SELECT
    source_uri,
    any_value(source_title) AS title,
    any_value(source_outlet) AS outlet,
    count(DISTINCT article_uri) AS articles,
    count(DISTINCT claim_id) AS claims,
    count(*) FILTER (WHERE verdict = 'supported') AS supported,
    round(avg(probability), 3) AS mean_probability
FROM claim_evidence
WHERE source_id IS NOT NULL
GROUP BY source_uri
ORDER BY claims DESC, articles DESC, source_uri;
