-- Articles that cite a document of a batch.
-- grain: one row an article; key: item (document_id)
-- reads: again (item: documents)
SELECT DISTINCT document_id AS item FROM resolutions WHERE source_id IN (SELECT item FROM again) ORDER BY item;
