-- References that name no address and mean no held document.
-- grain: one row a reference; key: reference_id
SELECT "references".document_id, "references".reference_id
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
WHERE resolutions.source_id IS NULL AND "references".url = ''
ORDER BY "references".document_id, "references".ordinal;
