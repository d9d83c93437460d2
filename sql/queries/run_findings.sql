-- How many findings of each kind are open.
-- grain: one row a kind; key: kind
SELECT
    kind,
    count(*) AS findings
FROM findings
WHERE status = 'open'
GROUP BY kind
ORDER BY kind;
