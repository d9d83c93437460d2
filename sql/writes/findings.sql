-- Brings the findings of a batch of articles up to date: what no longer arises is closed, what arises is
-- open, and a row that says the same as before is not touched. A finding keeps the run that raised it first.
-- grain: one row a finding; key: finding_id
-- reads: outcomes (item: the articles judged), incoming (their findings)
UPDATE findings SET status = 'closed'
WHERE
    status = 'open'
    AND uri IN (
        SELECT articles.uri FROM articles INNER JOIN outcomes ON outcomes.item = articles.document_id WHERE outcomes.kept
    )
    AND finding_id NOT IN (SELECT finding_id FROM incoming);

MERGE INTO findings USING incoming ON findings.finding_id = incoming.finding_id
WHEN MATCHED AND (
    findings.kind <> incoming.kind
    OR findings.document_id <> incoming.document_id
    OR findings.uri <> incoming.uri
    OR findings.claim_ids <> incoming.claim_ids
    OR findings.reference_ids <> incoming.reference_ids
    OR findings.labels <> incoming.labels
    OR findings.suggested <> incoming.suggested
    OR findings.reason <> incoming.reason
    OR findings.score <> incoming.score
    OR findings."precision" <> incoming."precision"
    OR findings.measured <> incoming.measured
    OR findings.status <> incoming.status
) THEN UPDATE SET
    kind = incoming.kind,
    document_id = incoming.document_id,
    uri = incoming.uri,
    claim_ids = incoming.claim_ids,
    reference_ids = incoming.reference_ids,
    labels = incoming.labels,
    suggested = incoming.suggested,
    reason = incoming.reason,
    score = incoming.score,
    "precision" = incoming."precision",
    measured = incoming.measured,
    status = incoming.status
WHEN NOT MATCHED THEN INSERT BY NAME;
