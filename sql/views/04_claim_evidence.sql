-- A claim, what it cites, and the best passages of what it cites, side by side.
-- grain: one row a claim and cited reference that were judged; key: claim_id, reference_id
CREATE OR REPLACE VIEW claim_evidence AS
WITH markers AS (
    SELECT claim_id, list(marker ORDER BY ordinal) AS markers, flatten(list(labels ORDER BY ordinal)) AS labels
    FROM citations
    GROUP BY claim_id
),

copies AS (
    SELECT document_id, max(archived_at) AS archived_at FROM addresses WHERE via = 'archive' GROUP BY document_id
),

passages AS (
    SELECT
        claim_id,
        reference_id,
        list(text ORDER BY "rank") AS passages,
        arg_min(text, "rank") AS passage,
        arg_min(start_at, "rank") AS passage_start,
        arg_min(end_at, "rank") AS passage_end,
        arg_min(cosine, "rank") AS cosine,
        arg_min(coverage, "rank") AS coverage,
        arg_min(score, "rank") AS score
    FROM links
    GROUP BY claim_id, reference_id
)

SELECT
    verdicts.document_id AS article_id,
    articles.uri AS article_uri,
    article.title AS article_title,
    verdicts.claim_id,
    claims.text AS claim,
    claims.start_at AS claim_start,
    claims.end_at AS claim_end,
    coalesce(markers.markers, []) AS markers,
    coalesce(markers.labels, []) AS labels,
    verdicts.reference_id,
    "references".label AS reference_label,
    "references".text AS reference,
    resolutions.source_id,
    source.uri AS source_uri,
    source.title AS source_title,
    coalesce(nullif(source.outlet, ''), nullif("references".outlet, '')) AS source_outlet,
    coalesce(nullif(source.published, ''), nullif("references".published, '')) AS source_published,
    raws.retrieved_at,
    copies.archived_at AS source_archived_at,
    passages.passage,
    passages.passage_start,
    passages.passage_end,
    coalesce(passages.passages, []) AS passages,
    passages.cosine,
    passages.coverage,
    passages.score,
    verdicts.verdict,
    verdicts.probability
FROM verdicts
INNER JOIN articles ON articles.document_id = verdicts.document_id
INNER JOIN documents AS article ON article.document_id = verdicts.document_id
INNER JOIN claims ON claims.claim_id = verdicts.claim_id
INNER JOIN "references" ON "references".reference_id = verdicts.reference_id
LEFT JOIN markers ON markers.claim_id = verdicts.claim_id
LEFT JOIN resolutions ON resolutions.reference_id = verdicts.reference_id
LEFT JOIN documents AS source ON source.document_id = resolutions.source_id
LEFT JOIN raws ON raws.document_id = resolutions.source_id
LEFT JOIN copies ON copies.document_id = resolutions.source_id
LEFT JOIN passages ON passages.claim_id = verdicts.claim_id AND passages.reference_id = verdicts.reference_id;
COMMENT ON VIEW claim_evidence IS 'One row a claim and cited reference that were judged, with the evidence. Key: claim_id, reference_id.';
COMMENT ON COLUMN claim_evidence.article_id IS 'The article: documents.document_id.';
COMMENT ON COLUMN claim_evidence.article_uri IS 'Where the article lies.';
COMMENT ON COLUMN claim_evidence.article_title IS 'The article''s title.';
COMMENT ON COLUMN claim_evidence.claim_id IS 'The claim: claims.claim_id.';
COMMENT ON COLUMN claim_evidence.claim IS 'The claim''s words.';
COMMENT ON COLUMN claim_evidence.claim_start IS 'First character of the claim in the article''s text.';
COMMENT ON COLUMN claim_evidence.claim_end IS 'Character after the last of the claim in the article''s text.';
COMMENT ON COLUMN claim_evidence.markers IS 'The claim''s markers as printed.';
COMMENT ON COLUMN claim_evidence.labels IS 'The labels that those markers name.';
COMMENT ON COLUMN claim_evidence.reference_id IS 'The reference: references.reference_id.';
COMMENT ON COLUMN claim_evidence.reference_label IS 'The reference''s number as printed.';
COMMENT ON COLUMN claim_evidence.reference IS 'The entry''s words.';
COMMENT ON COLUMN claim_evidence.source_id IS 'The document that the entry means; NULL when none is held. It is the hash of its content.';
COMMENT ON COLUMN claim_evidence.source_uri IS 'Where the source lies.';
COMMENT ON COLUMN claim_evidence.source_title IS 'The source''s title.';
COMMENT ON COLUMN claim_evidence.source_outlet IS 'The source''s outlet, as the page says, else as the entry says.';
COMMENT ON COLUMN claim_evidence.source_published IS 'The source''s date, as the page says, else as the entry says.';
COMMENT ON COLUMN claim_evidence.retrieved_at IS 'When the source''s content was first read (UTC).';
COMMENT ON COLUMN claim_evidence.source_archived_at IS 'When a web archive made the copy that stands for the source (UTC); NULL for the page itself.';
COMMENT ON COLUMN claim_evidence.passage IS 'The best passage of the source; NULL when there is none.';
COMMENT ON COLUMN claim_evidence.passage_start IS 'First character of the best passage in the source''s text.';
COMMENT ON COLUMN claim_evidence.passage_end IS 'Character after the last of the best passage in the source''s text.';
COMMENT ON COLUMN claim_evidence.passages IS 'All passages of the source kept for this claim, best first.';
COMMENT ON COLUMN claim_evidence.cosine IS 'Cosine of claim and best passage.';
COMMENT ON COLUMN claim_evidence.coverage IS 'Share of the claim''s weighted words in the best passage, 0–1.';
COMMENT ON COLUMN claim_evidence.score IS 'Combined score of the best passage.';
COMMENT ON COLUMN claim_evidence.verdict IS 'supported, partially_supported, not_supported or source_unavailable.';
COMMENT ON COLUMN claim_evidence.probability IS 'Calibrated probability that the source supports the claim, 0–1; NULL when the source is not held.';
