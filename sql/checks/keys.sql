-- Every key is there once and is not empty.
-- grain: one row a key that is missing or occurs more than once
SELECT 'runs' AS table_name, run_id AS key, count(*) AS items
FROM runs GROUP BY run_id HAVING count(*) > 1 OR run_id = ''
UNION ALL
SELECT 'batches' AS table_name, run_id || ' ' || batch::VARCHAR AS key, count(*) AS items
FROM batches GROUP BY run_id, batch HAVING count(*) > 1 OR run_id = ''
UNION ALL
SELECT 'ledger' AS table_name, stage || ' ' || item AS key, count(*) AS items
FROM ledger GROUP BY stage, item HAVING count(*) > 1 OR stage = '' OR item = ''
UNION ALL
SELECT 'issues' AS table_name, stage || ' ' || item || ' ' || reason || ' ' || detail AS key, count(*) AS items
FROM issues GROUP BY stage, item, reason, detail HAVING count(*) > 1 OR stage = '' OR item = '' OR reason = ''
UNION ALL
SELECT 'locations' AS table_name, role || ' ' || uri AS key, count(*) AS items
FROM locations GROUP BY role, uri HAVING count(*) > 1 OR role = '' OR uri = ''
UNION ALL
SELECT 'raws' AS table_name, document_id AS key, count(*) AS items
FROM raws GROUP BY document_id HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'pages' AS table_name, role || ' ' || page AS key, count(*) AS items
FROM pages GROUP BY role, page HAVING count(*) > 1 OR role = '' OR page = ''
UNION ALL
SELECT 'fetches' AS table_name, fetch_id AS key, count(*) AS items
FROM fetches GROUP BY fetch_id HAVING count(*) > 1 OR fetch_id = ''
UNION ALL
SELECT 'addresses' AS table_name, page || ' ' || document_id AS key, count(*) AS items
FROM addresses GROUP BY page, document_id HAVING count(*) > 1 OR page = '' OR document_id = ''
UNION ALL
SELECT 'hosts' AS table_name, host AS key, count(*) AS items
FROM hosts GROUP BY host HAVING count(*) > 1 OR host = ''
UNION ALL
SELECT 'extracts' AS table_name, document_id AS key, count(*) AS items
FROM extracts GROUP BY document_id HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'documents' AS table_name, document_id AS key, count(*) AS items
FROM documents GROUP BY document_id HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'blocks' AS table_name, document_id || ' ' || block::VARCHAR AS key, count(*) AS items
FROM blocks GROUP BY document_id, block HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'marks' AS table_name, document_id || ' ' || mark::VARCHAR AS key, count(*) AS items
FROM marks GROUP BY document_id, mark HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'sentences' AS table_name, document_id || ' ' || sentence::VARCHAR AS key, count(*) AS items
FROM sentences GROUP BY document_id, sentence HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'articles' AS table_name, document_id AS key, count(*) AS items
FROM articles GROUP BY document_id HAVING count(*) > 1 OR document_id = ''
UNION ALL
SELECT 'references' AS table_name, reference_id AS key, count(*) AS items
FROM "references" GROUP BY reference_id HAVING count(*) > 1 OR reference_id = ''
UNION ALL
SELECT 'citations' AS table_name, citation_id AS key, count(*) AS items
FROM citations GROUP BY citation_id HAVING count(*) > 1 OR citation_id = ''
UNION ALL
SELECT 'claims' AS table_name, claim_id AS key, count(*) AS items
FROM claims GROUP BY claim_id HAVING count(*) > 1 OR claim_id = ''
UNION ALL
SELECT 'quotes' AS table_name, quote_id AS key, count(*) AS items
FROM quotes GROUP BY quote_id HAVING count(*) > 1 OR quote_id = ''
UNION ALL
SELECT 'resolutions' AS table_name, reference_id AS key, count(*) AS items
FROM resolutions GROUP BY reference_id HAVING count(*) > 1 OR reference_id = ''
UNION ALL
SELECT 'embeddings' AS table_name, text_key AS key, count(*) AS items
FROM embeddings GROUP BY text_key HAVING count(*) > 1 OR text_key = ''
UNION ALL
SELECT 'links' AS table_name, claim_id || ' ' || reference_id || ' ' || "rank"::VARCHAR AS key, count(*) AS items
FROM links GROUP BY claim_id, reference_id, "rank" HAVING count(*) > 1 OR claim_id = '' OR reference_id = ''
UNION ALL
SELECT 'verdicts' AS table_name, claim_id || ' ' || reference_id AS key, count(*) AS items
FROM verdicts GROUP BY claim_id, reference_id HAVING count(*) > 1 OR claim_id = '' OR reference_id = ''
UNION ALL
SELECT 'findings' AS table_name, finding_id AS key, count(*) AS items
FROM findings GROUP BY finding_id HAVING count(*) > 1 OR finding_id = ''
UNION ALL
SELECT 'schema_migrations' AS table_name, number::VARCHAR AS key, count(*) AS items
FROM schema_migrations GROUP BY number HAVING count(*) > 1;
