-- Which cited sources are not held, how many claims rest on them, and why were they not found?
-- grain: one row a reference without a source; key: article_uri, label, entry
SELECT
    articles.uri AS article_uri,
    "references".label,
    "references".text AS entry,
    "references".url,
    resolutions.reason,
    count(DISTINCT citations.claim_id) AS claims
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
INNER JOIN articles ON articles.document_id = resolutions.document_id
LEFT JOIN citations ON citations.document_id = resolutions.document_id
    AND list_contains(citations.reference_ids, resolutions.reference_id)
WHERE resolutions.source_id IS NULL
GROUP BY resolutions.reference_id, articles.uri, "references".label, "references".text, "references".url, resolutions.reason
ORDER BY claims DESC, article_uri, "references".label, entry;
