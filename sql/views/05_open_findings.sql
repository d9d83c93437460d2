-- What a person should look at now.
-- grain: one row an open finding; key: finding_id
CREATE OR REPLACE VIEW open_findings AS
SELECT
    findings.finding_id,
    findings.kind,
    findings.uri AS article_uri,
    documents.title AS article_title,
    findings.claim_ids,
    (
        SELECT coalesce(list(claims.text ORDER BY list_position(findings.claim_ids, claims.claim_id)), [])
        FROM claims
        WHERE claims.document_id = findings.document_id AND list_contains(findings.claim_ids, claims.claim_id)
    ) AS claims,
    findings.labels,
    findings.suggested,
    (
        SELECT coalesce(list("references".text ORDER BY list_position(findings.reference_ids, "references".reference_id)), [])
        FROM "references"
        WHERE
            "references".document_id = findings.document_id
            AND list_contains(findings.reference_ids, "references".reference_id)
    ) AS entries,
    findings.reason,
    findings.score,
    findings."precision",
    findings.measured,
    findings.first_run_id
FROM findings
LEFT JOIN documents ON documents.document_id = findings.document_id
WHERE findings.status = 'open';
COMMENT ON VIEW open_findings IS 'One row an open finding. Key: finding_id.';
COMMENT ON COLUMN open_findings.finding_id IS 'The finding: findings.finding_id.';
COMMENT ON COLUMN open_findings.kind IS 'Kind of the finding.';
COMMENT ON COLUMN open_findings.article_uri IS 'Where the article lies.';
COMMENT ON COLUMN open_findings.article_title IS 'The article''s title.';
COMMENT ON COLUMN open_findings.claim_ids IS 'The claims that it is about: claims.claim_id; empty for an entry that is never cited.';
COMMENT ON COLUMN open_findings.claims IS 'The words of those claims.';
COMMENT ON COLUMN open_findings.labels IS 'Labels as printed.';
COMMENT ON COLUMN open_findings.suggested IS 'Labels that fit, in the order of labels; empty when nothing is suggested.';
COMMENT ON COLUMN open_findings.entries IS 'The words of the entries that it is about.';
COMMENT ON COLUMN open_findings.reason IS 'Why it was raised, in words.';
COMMENT ON COLUMN open_findings.score IS 'How strong it is; comparable within a kind.';
COMMENT ON COLUMN open_findings."precision" IS 'Share of findings of this kind that were right on measured data, 0–1.';
COMMENT ON COLUMN open_findings.measured IS 'Number of findings on which the precision was measured.';
COMMENT ON COLUMN open_findings.first_run_id IS 'Run that raised it first.';
