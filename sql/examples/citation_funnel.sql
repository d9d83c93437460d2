-- How many citations get how far?
-- grain: one row a step; key: step
SELECT step, name, items, round(share(items, max(items) FILTER (WHERE step = 2) OVER ()), 3) AS share_of_citations
FROM funnel
ORDER BY step;
