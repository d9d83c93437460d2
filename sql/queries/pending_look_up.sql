-- References that name no address and mean no held document, with what came of the last time that they were
-- looked up: the key of what was looked up in, and how often that failed. Left out: what failed in this run
-- already, and what a look into the lists has led to a page.
-- grain: one row a reference; key: reference_id
-- takes: $stage (lookup or search), $version, $run_id, $tries (how often what failed is tried)
SELECT
    "references".reference_id,
    "references".document_id,
    "references".outlet,
    coalesce(asked.input_hash, '') AS asked,
    CASE WHEN asked.reason = 'search_failed' THEN asked.attempts ELSE 0 END AS attempts,
    coalesce(asked.reason = 'search_failed' AND asked.attempts < $tries::INTEGER, false) AS again
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
LEFT JOIN ledger AS asked
    ON asked.stage = $stage AND asked.item = "references".reference_id AND asked.version = $version
LEFT JOIN ledger AS listed
    ON $stage = 'search'
    AND listed.stage = 'lookup'
    AND listed.item = "references".reference_id
    AND listed.version = $version
    AND listed.kept
WHERE
    resolutions.source_id IS NULL
    AND "references".url = ''
    AND listed.item IS NULL
    AND NOT coalesce(asked.reason = 'search_failed' AND asked.run_id = $run_id, false)
ORDER BY "references".document_id, "references".ordinal;
