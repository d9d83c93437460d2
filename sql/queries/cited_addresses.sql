-- Addresses that references name of which nothing is held.
-- grain: one row a reference; key: reference_id
SELECT "references".reference_id, "references".url
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
WHERE resolutions.source_id IS NULL AND "references".url <> ''
ORDER BY "references".reference_id;
