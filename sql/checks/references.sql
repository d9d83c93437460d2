-- What a row refers to is there.
-- grain: one row a value that refers to nothing
SELECT 'raws of locations' AS missing, document_id AS value, count(*) AS items
FROM locations WHERE document_id NOT IN (SELECT document_id FROM raws) GROUP BY document_id
UNION ALL
SELECT 'raws of extracts' AS missing, document_id AS value, count(*) AS items
FROM extracts WHERE document_id NOT IN (SELECT document_id FROM raws) GROUP BY document_id
UNION ALL
SELECT 'extracts of documents' AS missing, document_id AS value, count(*) AS items
FROM documents WHERE document_id NOT IN (SELECT document_id FROM extracts) GROUP BY document_id
UNION ALL
SELECT 'documents of blocks' AS missing, document_id AS value, count(*) AS items
FROM blocks WHERE document_id NOT IN (SELECT document_id FROM documents) GROUP BY document_id
UNION ALL
SELECT 'documents of marks' AS missing, document_id AS value, count(*) AS items
FROM marks WHERE document_id NOT IN (SELECT document_id FROM documents) GROUP BY document_id
UNION ALL
SELECT 'documents of sentences' AS missing, document_id AS value, count(*) AS items
FROM sentences WHERE document_id NOT IN (SELECT document_id FROM documents) GROUP BY document_id
UNION ALL
SELECT 'documents of articles' AS missing, document_id AS value, count(*) AS items
FROM articles WHERE document_id NOT IN (SELECT document_id FROM documents) GROUP BY document_id
UNION ALL
SELECT 'articles of references' AS missing, document_id AS value, count(*) AS items
FROM "references" WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'articles of citations' AS missing, document_id AS value, count(*) AS items
FROM citations WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'claims of citations' AS missing, claim_id AS value, count(*) AS items
FROM citations WHERE claim_id NOT IN (SELECT claim_id FROM claims) GROUP BY claim_id
UNION ALL
SELECT 'articles of claims' AS missing, document_id AS value, count(*) AS items
FROM claims WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'articles of quotes' AS missing, document_id AS value, count(*) AS items
FROM quotes WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'claims of quotes' AS missing, claim_id AS value, count(*) AS items
FROM quotes WHERE claim_id NOT IN (SELECT claim_id FROM claims) GROUP BY claim_id
UNION ALL
SELECT 'articles of resolutions' AS missing, document_id AS value, count(*) AS items
FROM resolutions WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'references of resolutions' AS missing, reference_id AS value, count(*) AS items
FROM resolutions WHERE reference_id NOT IN (SELECT reference_id FROM "references") GROUP BY reference_id
UNION ALL
SELECT 'documents of resolutions' AS missing, source_id AS value, count(*) AS items
FROM resolutions WHERE source_id NOT IN (SELECT document_id FROM documents) GROUP BY source_id
UNION ALL
SELECT 'articles of links' AS missing, document_id AS value, count(*) AS items
FROM links WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'claims of links' AS missing, claim_id AS value, count(*) AS items
FROM links WHERE claim_id NOT IN (SELECT claim_id FROM claims) GROUP BY claim_id
UNION ALL
SELECT 'references of links' AS missing, reference_id AS value, count(*) AS items
FROM links WHERE reference_id NOT IN (SELECT reference_id FROM "references") GROUP BY reference_id
UNION ALL
SELECT 'documents of links' AS missing, source_id AS value, count(*) AS items
FROM links WHERE source_id NOT IN (SELECT document_id FROM documents) GROUP BY source_id
UNION ALL
SELECT 'articles of verdicts' AS missing, document_id AS value, count(*) AS items
FROM verdicts WHERE document_id NOT IN (SELECT document_id FROM articles) GROUP BY document_id
UNION ALL
SELECT 'claims of verdicts' AS missing, claim_id AS value, count(*) AS items
FROM verdicts WHERE claim_id NOT IN (SELECT claim_id FROM claims) GROUP BY claim_id
UNION ALL
SELECT 'references of verdicts' AS missing, reference_id AS value, count(*) AS items
FROM verdicts WHERE reference_id NOT IN (SELECT reference_id FROM "references") GROUP BY reference_id
UNION ALL
SELECT 'runs of batches' AS missing, run_id AS value, count(*) AS items
FROM batches WHERE run_id NOT IN (SELECT run_id FROM runs) GROUP BY run_id
UNION ALL
SELECT 'runs of findings' AS missing, first_run_id AS value, count(*) AS items
FROM findings WHERE first_run_id NOT IN (SELECT run_id FROM runs) GROUP BY first_run_id
UNION ALL
SELECT 'runs of issues' AS missing, run_id AS value, count(*) AS items
FROM issues WHERE run_id NOT IN (SELECT run_id FROM runs) GROUP BY run_id
UNION ALL
SELECT 'references of citations' AS missing, value, count(*) AS items
FROM (SELECT unnest(reference_ids) AS value FROM citations)
WHERE value NOT IN (SELECT reference_id FROM "references") GROUP BY value
UNION ALL
SELECT 'citations of claims' AS missing, value, count(*) AS items
FROM (SELECT unnest(citation_ids) AS value FROM claims)
WHERE value NOT IN (SELECT citation_id FROM citations) GROUP BY value
UNION ALL
SELECT 'blocks of sentences' AS missing, document_id || ' ' || block AS value, count(*) AS items
FROM sentences ANTI JOIN blocks USING (document_id, block) GROUP BY document_id, block
UNION ALL
SELECT 'batches of the ledger' AS missing, run_id || ' ' || batch AS value, count(*) AS items
FROM ledger ANTI JOIN batches USING (run_id, batch, stage) GROUP BY run_id, batch;
