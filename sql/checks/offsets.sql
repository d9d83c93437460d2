-- The way back to the extracted text is ascending, paired, and stays inside both texts.
-- grain: one row a document where it does not
SELECT documents.document_id
FROM documents
INNER JOIN extracts ON extracts.document_id = documents.document_id
WHERE
    len(documents.offsets_to) <> len(documents.offsets_from)
    OR documents.offsets_to <> list_sort(documents.offsets_to)
    OR documents.offsets_from <> list_sort(documents.offsets_from)
    OR coalesce(list_max(documents.offsets_to), 0) > documents.characters
    OR coalesce(list_max(documents.offsets_from), 0) > length(extracts.text)
    OR coalesce(list_min(documents.offsets_to), 0) < 0
    OR coalesce(list_min(documents.offsets_from), 0) < 0;
