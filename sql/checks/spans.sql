-- Every span lies inside its text, and its end is not before its start.
-- grain: one row a span that does not
SELECT 'blocks' AS table_name, blocks.document_id, block::VARCHAR AS item, blocks.start_at, blocks.end_at
FROM blocks INNER JOIN documents USING (document_id)
WHERE blocks.start_at < 0 OR blocks.end_at < blocks.start_at OR blocks.end_at > documents.characters
UNION ALL
SELECT 'marks' AS table_name, marks.document_id, mark::VARCHAR AS item, marks.start_at, marks.end_at
FROM marks INNER JOIN documents USING (document_id)
WHERE marks.start_at < 0 OR marks.end_at < marks.start_at OR marks.end_at > documents.characters
UNION ALL
SELECT 'sentences' AS table_name, sentences.document_id, sentence::VARCHAR AS item, sentences.start_at, sentences.end_at
FROM sentences INNER JOIN documents USING (document_id)
WHERE sentences.start_at < 0 OR sentences.end_at < sentences.start_at OR sentences.end_at > documents.characters
UNION ALL
SELECT 'references' AS table_name, "references".document_id, reference_id AS item, "references".start_at, "references".end_at
FROM "references" INNER JOIN documents USING (document_id)
WHERE "references".start_at < 0 OR "references".end_at < "references".start_at OR "references".end_at > documents.characters
UNION ALL
SELECT 'citations' AS table_name, citations.document_id, citation_id AS item, citations.start_at, citations.end_at
FROM citations INNER JOIN documents USING (document_id)
WHERE citations.start_at < 0 OR citations.end_at < citations.start_at OR citations.end_at > documents.characters
UNION ALL
SELECT 'claims' AS table_name, claims.document_id, claim_id AS item, claims.start_at, claims.end_at
FROM claims INNER JOIN documents USING (document_id)
WHERE claims.start_at < 0 OR claims.end_at < claims.start_at OR claims.end_at > documents.characters
UNION ALL
SELECT 'quotes' AS table_name, quotes.document_id, quote_id AS item, quotes.start_at, quotes.end_at
FROM quotes INNER JOIN documents USING (document_id)
WHERE quotes.start_at < 0 OR quotes.end_at < quotes.start_at OR quotes.end_at > documents.characters
UNION ALL
SELECT 'links' AS table_name, links.source_id, links.claim_id AS item, links.start_at, links.end_at
FROM links INNER JOIN documents ON documents.document_id = links.source_id
WHERE links.start_at < 0 OR links.end_at < links.start_at OR links.end_at > documents.characters
UNION ALL
SELECT 'extracts' AS table_name, document_id, 'block' AS item, block.start_at, block.end_at
FROM (SELECT document_id, length(text) AS characters, unnest(blocks) AS block FROM extracts)
WHERE block.start_at < 0 OR block.end_at < block.start_at OR block.end_at > characters;
