-- Which cited sources are dead or not held, how many claims rest on them, and why? Blocked ones are not dead.
-- grain: one row a reference without a source; key: article_uri, label, entry
SELECT
    articles.uri AS article_uri,
    "references".label,
    "references".text AS entry,
    "references".url,
    resolutions.reason,
    is_dead(resolutions.reason) AS dead,
    resolutions.source_id IS NOT NULL AS copy_held,
    count(DISTINCT citations.claim_id) AS claims
FROM resolutions
INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
INNER JOIN articles ON articles.document_id = resolutions.document_id
LEFT JOIN citations ON citations.document_id = resolutions.document_id
    AND list_contains(citations.reference_ids, resolutions.reference_id)
WHERE resolutions.source_id IS NULL OR resolutions.reason <> ''
GROUP BY resolutions.reference_id, resolutions.source_id, articles.uri, "references".label, "references".text, "references".url, resolutions.reason
ORDER BY claims DESC, article_uri, "references".label, entry;
