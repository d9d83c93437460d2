-- How many findings of each kind are open, in how many articles, and how often is that kind right?
-- grain: one row a kind; key: kind
SELECT kind, count(*) AS findings, count(DISTINCT article_uri) AS articles, round(max("precision"), 3) AS known_precision, max(measured) AS measured_on
FROM open_findings
GROUP BY kind
ORDER BY findings DESC, kind;
