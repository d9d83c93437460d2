-- Addresses that references name and under which nothing was found yet, how often each is written so, when
-- the last run began that read an entry with it, and whether a page is still to be asked for: a copy in an
-- archive stands for one that was lost. What was found by its title alone is another document than the one
-- that the entry names.
-- grain: one row an address as written; key: url
SELECT
    "references".url,
    count(*) AS times,
    max(runs.started_at) AS cited_at,
    bool_or(resolutions.method <> 'archive') AS wanted
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
INNER JOIN ledger ON ledger.stage = 'cite' AND ledger.item = "references".document_id
INNER JOIN runs ON runs.run_id = ledger.run_id
WHERE resolutions.method <> 'url' AND "references".url <> ''
GROUP BY "references".url
ORDER BY "references".url;
