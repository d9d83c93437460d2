-- The first schema: what a run did, what was read, what was found in it.
-- Grain and key of each table stand in its comment. Spans (start_at, end_at) are half open, in
-- characters (code points) of documents.text. There are no foreign keys and no indexes: with a foreign
-- key an update of a parent row that has an array column fails, and an index blocks DROP COLUMN.
-- Keys and references between tables are held by sql/checks.

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    state VARCHAR NOT NULL,
    detail VARCHAR NOT NULL
);
COMMENT ON TABLE runs IS 'One row an execution of a flow. Key: run_id.';
COMMENT ON COLUMN runs.run_id IS 'Key of the run.';
COMMENT ON COLUMN runs.command IS 'What was asked for, as the command line or the flow says it.';
COMMENT ON COLUMN runs.version IS 'Version of workscited that ran.';
COMMENT ON COLUMN runs.started_at IS 'When the run began (UTC).';
COMMENT ON COLUMN runs.ended_at IS 'When the run ended (UTC); NULL while it runs or when it was killed.';
COMMENT ON COLUMN runs.state IS 'running, completed, issues (completed, with issues) or failed.';
COMMENT ON COLUMN runs.detail IS 'One sentence on how it ended; empty when there is nothing to say.';

CREATE TABLE batches (
    run_id VARCHAR NOT NULL,
    batch INTEGER NOT NULL,
    stage VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    seconds DOUBLE NOT NULL,
    items BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    dropped BIGINT NOT NULL,
    reasons MAP(VARCHAR, BIGINT) NOT NULL,
    written BIGINT NOT NULL,
    superseded BIGINT NOT NULL
);
COMMENT ON TABLE batches IS 'One row a committed batch of a stage. Key: run_id, batch.';
COMMENT ON COLUMN batches.run_id IS 'The run that committed it: runs.run_id.';
COMMENT ON COLUMN batches.batch IS 'Number of the batch within its run, from 1.';
COMMENT ON COLUMN batches.stage IS 'Stage that made it: acquire … judge.';
COMMENT ON COLUMN batches.version IS 'Version of the stage''s code.';
COMMENT ON COLUMN batches.started_at IS 'When work on the batch began (UTC).';
COMMENT ON COLUMN batches.seconds IS 'Time spent on the batch before its commit, in seconds.';
COMMENT ON COLUMN batches.items IS 'Items that went in: kept + dropped.';
COMMENT ON COLUMN batches.kept IS 'Items that came out.';
COMMENT ON COLUMN batches.dropped IS 'Items left out, each for a reason.';
COMMENT ON COLUMN batches.reasons IS 'Reason code of a drop → number of items; the numbers sum to dropped.';
COMMENT ON COLUMN batches.written IS 'Rows written to the stage''s tables.';
COMMENT ON COLUMN batches.superseded IS 'Items of this batch that a later batch did again or undid.';

CREATE TABLE ledger (
    stage VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    input_hash VARCHAR NOT NULL,
    output_hash VARCHAR NOT NULL,
    kept BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    batch INTEGER NOT NULL
);
COMMENT ON TABLE ledger IS 'One row an item that a stage has handled. Key: stage, item.';
COMMENT ON COLUMN ledger.stage IS 'Stage: acquire … judge. (embed has no rows here: embeddings is its ledger.)';
COMMENT ON COLUMN ledger.item IS 'uri for acquire, document_id for every other stage.';
COMMENT ON COLUMN ledger.version IS 'Version of the stage''s code that handled it.';
COMMENT ON COLUMN ledger.input_hash IS 'Hash of what went in.';
COMMENT ON COLUMN ledger.output_hash IS 'Hash of what came out; empty when dropped.';
COMMENT ON COLUMN ledger.kept IS 'True when the item came out, false when it was dropped.';
COMMENT ON COLUMN ledger.reason IS 'Reason code of the drop; empty when kept.';
COMMENT ON COLUMN ledger.run_id IS 'Run of the batch that handled it: batches.run_id.';
COMMENT ON COLUMN ledger.batch IS 'Batch that handled it: batches.batch.';

CREATE TABLE issues (
    stage VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE issues IS 'One row a thing that went wrong in processing. Key: stage, item, reason, detail.';
COMMENT ON COLUMN issues.stage IS 'Stage that noticed it.';
COMMENT ON COLUMN issues.item IS 'The stage''s item (uri or document_id), or a folder.';
COMMENT ON COLUMN issues.reason IS 'Reason code.';
COMMENT ON COLUMN issues.detail IS 'One sentence; empty when the code says all.';
COMMENT ON COLUMN issues.run_id IS 'Run that noticed it last: runs.run_id.';

CREATE TABLE locations (
    role VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    modified_ns BIGINT NOT NULL,
    gone BOOLEAN NOT NULL,
    first_seen TIMESTAMP NOT NULL
);
COMMENT ON TABLE locations IS 'One row a place where a document lies or lay. Key: role, uri.';
COMMENT ON COLUMN locations.role IS 'article (to be checked) or source (may be cited).';
COMMENT ON COLUMN locations.uri IS 'Path relative to the configuration file''s folder, POSIX form.';
COMMENT ON COLUMN locations.document_id IS 'The document that lies there now, or lay there last: raws.document_id.';
COMMENT ON COLUMN locations.bytes IS 'Size in bytes.';
COMMENT ON COLUMN locations.modified_ns IS 'Time of the last change, in nanoseconds since 1970-01-01 UTC.';
COMMENT ON COLUMN locations.gone IS 'True when nothing that can be read lies there any more.';
COMMENT ON COLUMN locations.first_seen IS 'When the place was first read (UTC).';

CREATE TABLE raws (
    document_id VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    retrieved_at TIMESTAMP NOT NULL,
    content BLOB
);
COMMENT ON TABLE raws IS 'One row a distinct content as it was read. Key: document_id.';
COMMENT ON COLUMN raws.document_id IS 'Hash of media type and content.';
COMMENT ON COLUMN raws.media_type IS 'text/html, text/markdown or text/plain.';
COMMENT ON COLUMN raws.bytes IS 'Size in bytes.';
COMMENT ON COLUMN raws.sha256 IS 'SHA-256 of the content, lower-case hex.';
COMMENT ON COLUMN raws.retrieved_at IS 'When the content was first read (UTC).';
COMMENT ON COLUMN raws.content IS 'The bytes; NULL in a published copy, which leaves them out.';

CREATE TABLE extracts (
    document_id VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    blocks STRUCT(kind VARCHAR, start_at INTEGER, end_at INTEGER, level INTEGER, label VARCHAR)[] NOT NULL,
    marks STRUCT(kind VARCHAR, start_at INTEGER, end_at INTEGER, target VARCHAR)[] NOT NULL,
    title VARCHAR NOT NULL,
    authors VARCHAR[] NOT NULL,
    outlet VARCHAR NOT NULL,
    published VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    warnings VARCHAR[] NOT NULL
);
COMMENT ON TABLE extracts IS 'One row a document whose main text was read. Key: document_id.';
COMMENT ON COLUMN extracts.document_id IS 'The document: raws.document_id.';
COMMENT ON COLUMN extracts.text IS 'The extracted text, before normalizing.';
COMMENT ON COLUMN extracts.blocks IS 'Blocks in reading order; spans in characters of extracts.text.';
COMMENT ON COLUMN extracts.marks IS 'Superscripts and links in reading order; spans in characters of extracts.text.';
COMMENT ON COLUMN extracts.title IS 'Title that the page gives; empty when it gives none.';
COMMENT ON COLUMN extracts.authors IS 'Authors, given name first, in order.';
COMMENT ON COLUMN extracts.outlet IS 'Outlet that the page gives; empty when it gives none.';
COMMENT ON COLUMN extracts.published IS 'Date of publication, ISO, as precise as known; empty when unknown.';
COMMENT ON COLUMN extracts.url IS 'Canonical address; empty when unknown.';
COMMENT ON COLUMN extracts.language IS 'Language that the page declares; empty when it declares none.';
COMMENT ON COLUMN extracts.warnings IS 'Reason codes of what was noticed while reading.';

CREATE TABLE documents (
    document_id VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    text_key VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    authors VARCHAR[] NOT NULL,
    outlet VARCHAR NOT NULL,
    published VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    characters INTEGER NOT NULL,
    offsets_to INTEGER[] NOT NULL,
    offsets_from INTEGER[] NOT NULL
);
COMMENT ON TABLE documents IS 'One row a normalized text: an article, a source, or both. Key: document_id.';
COMMENT ON COLUMN documents.document_id IS 'The document: raws.document_id.';
COMMENT ON COLUMN documents.uri IS 'Where it lies: its smallest article location, else its smallest source location, else the last one.';
COMMENT ON COLUMN documents.text IS 'The normalized text; every span of the document is into it.';
COMMENT ON COLUMN documents.text_key IS 'Key of the text: equal for equal texts.';
COMMENT ON COLUMN documents.title IS 'Title; empty when unknown.';
COMMENT ON COLUMN documents.authors IS 'Authors, given name first, in order.';
COMMENT ON COLUMN documents.outlet IS 'Outlet; empty when unknown.';
COMMENT ON COLUMN documents.published IS 'Date of publication, ISO, as precise as known; empty when unknown.';
COMMENT ON COLUMN documents.url IS 'Canonical address; empty when unknown.';
COMMENT ON COLUMN documents.language IS 'Language; empty when unknown.';
COMMENT ON COLUMN documents.characters IS 'Length of text in characters.';
COMMENT ON COLUMN documents.offsets_to IS 'Positions in text, ascending, each paired with the same element of offsets_from.';
COMMENT ON COLUMN documents.offsets_from IS 'Positions in extracts.text, ascending; between two pairs both texts run in step.';

CREATE TABLE blocks (
    document_id VARCHAR NOT NULL,
    block INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    level INTEGER NOT NULL,
    label VARCHAR NOT NULL,
    text_key VARCHAR NOT NULL
);
COMMENT ON TABLE blocks IS 'One row a heading, paragraph, list item or block quote. Key: document_id, block.';
COMMENT ON COLUMN blocks.document_id IS 'The document: documents.document_id.';
COMMENT ON COLUMN blocks.block IS 'Number of the block in reading order, from 0.';
COMMENT ON COLUMN blocks.kind IS 'heading, paragraph, list_item or quote.';
COMMENT ON COLUMN blocks.start_at IS 'First character in documents.text.';
COMMENT ON COLUMN blocks.end_at IS 'Character after the last in documents.text.';
COMMENT ON COLUMN blocks.level IS '1–6 of a heading, nesting depth from 1 of a list item, else 0.';
COMMENT ON COLUMN blocks.label IS 'Number of an item of an ordered list as printed, else empty.';
COMMENT ON COLUMN blocks.text_key IS 'Key of the block''s text: embeddings.text_key.';

CREATE TABLE marks (
    document_id VARCHAR NOT NULL,
    mark INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    target VARCHAR NOT NULL
);
COMMENT ON TABLE marks IS 'One row a superscript or hyperlink in a text. Key: document_id, mark.';
COMMENT ON COLUMN marks.document_id IS 'The document: documents.document_id.';
COMMENT ON COLUMN marks.mark IS 'Number of the mark in reading order, from 0.';
COMMENT ON COLUMN marks.kind IS 'superscript or link.';
COMMENT ON COLUMN marks.start_at IS 'First character in documents.text.';
COMMENT ON COLUMN marks.end_at IS 'Character after the last in documents.text.';
COMMENT ON COLUMN marks.target IS 'A link''s address as written; empty for a superscript.';

CREATE TABLE sentences (
    document_id VARCHAR NOT NULL,
    sentence INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    block INTEGER NOT NULL
);
COMMENT ON TABLE sentences IS 'One row a sentence. Key: document_id, sentence.';
COMMENT ON COLUMN sentences.document_id IS 'The document: documents.document_id.';
COMMENT ON COLUMN sentences.sentence IS 'Number of the sentence in the document, from 0.';
COMMENT ON COLUMN sentences.start_at IS 'First character in documents.text.';
COMMENT ON COLUMN sentences.end_at IS 'Character after the last in documents.text.';
COMMENT ON COLUMN sentences.block IS 'The block that it is a sentence of: blocks.block.';

CREATE TABLE articles (
    document_id VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    warnings VARCHAR[] NOT NULL
);
COMMENT ON TABLE articles IS 'One row a document read as an article. Key: document_id; uri is unique too.';
COMMENT ON COLUMN articles.document_id IS 'The article: documents.document_id.';
COMMENT ON COLUMN articles.uri IS 'Its smallest article location: what identifies the article over edits.';
COMMENT ON COLUMN articles.warnings IS 'Reason codes of what could not be handled, such as no_reference_list.';

CREATE TABLE "references" (
    document_id VARCHAR NOT NULL,
    reference_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    label VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    text_key VARCHAR NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    authors VARCHAR[] NOT NULL,
    title VARCHAR NOT NULL,
    outlet VARCHAR NOT NULL,
    published VARCHAR NOT NULL,
    accessed VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL
);
COMMENT ON TABLE "references" IS 'One row an entry of a works-cited list, or a hyperlink that serves as one. Key: reference_id. (The name is a reserved word: write it in double quotes.)';
COMMENT ON COLUMN "references".document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN "references".reference_id IS 'Key made of the article''s uri and the entry''s words.';
COMMENT ON COLUMN "references".ordinal IS 'Number in order of the article, from 0.';
COMMENT ON COLUMN "references".label IS 'Number as printed, without brackets; empty for a hyperlink.';
COMMENT ON COLUMN "references".kind IS 'entry or hyperlink.';
COMMENT ON COLUMN "references".text IS 'The entry''s words, or the hyperlink''s anchor text.';
COMMENT ON COLUMN "references".text_key IS 'Key of the title, of text where it has none: embeddings.text_key.';
COMMENT ON COLUMN "references".start_at IS 'First character in documents.text.';
COMMENT ON COLUMN "references".end_at IS 'Character after the last in documents.text.';
COMMENT ON COLUMN "references".authors IS 'Authors, given name first, in order.';
COMMENT ON COLUMN "references".title IS 'Title; empty when the entry does not say.';
COMMENT ON COLUMN "references".outlet IS 'Outlet; empty when the entry does not say.';
COMMENT ON COLUMN "references".published IS 'Date of publication, ISO, as precise as printed; empty when not said.';
COMMENT ON COLUMN "references".accessed IS 'Date of access, ISO; empty when not said.';
COMMENT ON COLUMN "references".url IS 'Address; empty when not said.';
COMMENT ON COLUMN "references".publisher IS 'Publisher apart from the outlet; empty when not said.';

CREATE TABLE citations (
    document_id VARCHAR NOT NULL,
    citation_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    marker VARCHAR NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    labels VARCHAR[] NOT NULL,
    reference_ids VARCHAR[] NOT NULL,
    claim_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL
);
COMMENT ON TABLE citations IS 'One row an occurrence of a marker in an article. Key: citation_id.';
COMMENT ON COLUMN citations.document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN citations.citation_id IS 'Key made of the claim and the marker''s place among its markers.';
COMMENT ON COLUMN citations.ordinal IS 'Number in order of the article, from 0.';
COMMENT ON COLUMN citations.marker IS 'The marker as printed.';
COMMENT ON COLUMN citations.start_at IS 'First character in documents.text.';
COMMENT ON COLUMN citations.end_at IS 'Character after the last in documents.text.';
COMMENT ON COLUMN citations.labels IS 'Labels that it names, ranges and lists expanded.';
COMMENT ON COLUMN citations.reference_ids IS 'References of those labels that have an entry: references.reference_id.';
COMMENT ON COLUMN citations.claim_id IS 'The claim that it stands behind: claims.claim_id.';
COMMENT ON COLUMN citations.target IS 'Address where the marker is or carries a hyperlink, else empty.';

CREATE TABLE claims (
    document_id VARCHAR NOT NULL,
    claim_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    text_key VARCHAR NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    citation_ids VARCHAR[] NOT NULL,
    context VARCHAR NOT NULL
);
COMMENT ON TABLE claims IS 'One row a claim: what a citation stands for, or a checkable sentence without marker. Key: claim_id.';
COMMENT ON COLUMN claims.document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN claims.claim_id IS 'Key made of the article''s uri and the claim''s words.';
COMMENT ON COLUMN claims.ordinal IS 'Number in order of the article, from 0.';
COMMENT ON COLUMN claims.text IS 'The claim''s words without markers.';
COMMENT ON COLUMN claims.text_key IS 'Key of text: embeddings.text_key.';
COMMENT ON COLUMN claims.start_at IS 'First character in documents.text.';
COMMENT ON COLUMN claims.end_at IS 'Character after the last in documents.text.';
COMMENT ON COLUMN claims.citation_ids IS 'Its citations in order: citations.citation_id; empty for an uncited claim.';
COMMENT ON COLUMN claims.context IS 'The words before it that resolve its pronouns; empty when it needs none.';

CREATE TABLE quotes (
    document_id VARCHAR NOT NULL,
    quote_id VARCHAR NOT NULL,
    claim_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    speaker VARCHAR NOT NULL,
    cue VARCHAR NOT NULL
);
COMMENT ON TABLE quotes IS 'One row a passage in quotation marks inside a claim. Key: quote_id.';
COMMENT ON COLUMN quotes.document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN quotes.quote_id IS 'Key made of the claim and the quote''s words.';
COMMENT ON COLUMN quotes.claim_id IS 'The claim that holds it: claims.claim_id.';
COMMENT ON COLUMN quotes.ordinal IS 'Number within its claim, from 0.';
COMMENT ON COLUMN quotes.start_at IS 'First character in documents.text, the quotation mark left out.';
COMMENT ON COLUMN quotes.end_at IS 'Character after the last in documents.text, the quotation mark left out.';
COMMENT ON COLUMN quotes.text IS 'The quoted words.';
COMMENT ON COLUMN quotes.speaker IS 'Who said them, as the article names them; empty when it does not.';
COMMENT ON COLUMN quotes.cue IS 'The word that attributes them, such as told; empty when there is none.';

CREATE TABLE resolutions (
    document_id VARCHAR NOT NULL,
    reference_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    source_id VARCHAR,
    method VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE resolutions IS 'One row a reference: which held document it means. Key: reference_id.';
COMMENT ON COLUMN resolutions.document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN resolutions.reference_id IS 'The reference: references.reference_id.';
COMMENT ON COLUMN resolutions.ordinal IS 'Number in order of the article, from 0.';
COMMENT ON COLUMN resolutions.source_id IS 'The document that it means: documents.document_id; NULL when none.';
COMMENT ON COLUMN resolutions.method IS 'How it was found: url or title; empty when it was not.';
COMMENT ON COLUMN resolutions.score IS 'How well they match, 0–1.';
COMMENT ON COLUMN resolutions.reason IS 'Reason code, such as why nothing was found.';

CREATE TABLE embedding_space (
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    weights_sha256 VARCHAR NOT NULL,
    dimension INTEGER NOT NULL
);
COMMENT ON TABLE embedding_space IS 'At most one row: the space that all vectors of this database are in. Key: key.';
COMMENT ON COLUMN embedding_space.key IS 'Key of model name, revision, weights and numeric form.';
COMMENT ON COLUMN embedding_space.name IS 'Name of the model.';
COMMENT ON COLUMN embedding_space.weights_sha256 IS 'SHA-256 of the model''s weights, lower-case hex.';
COMMENT ON COLUMN embedding_space.dimension IS 'Number of components of a vector.';

CREATE TABLE embeddings (
    text_key VARCHAR NOT NULL,
    vector FLOAT[384] NOT NULL
);
COMMENT ON TABLE embeddings IS 'One row a distinct text of a block, claim or reference. Key: text_key.';
COMMENT ON COLUMN embeddings.text_key IS 'Key of the text.';
COMMENT ON COLUMN embeddings.vector IS 'Unit vector in the database''s embedding space.';

CREATE TABLE links (
    document_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    claim_id VARCHAR NOT NULL,
    reference_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    "rank" INTEGER NOT NULL,
    source_id VARCHAR NOT NULL,
    sentences INTEGER[] NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    cosine DOUBLE NOT NULL,
    coverage DOUBLE NOT NULL,
    score DOUBLE NOT NULL,
    features MAP(VARCHAR, DOUBLE) NOT NULL
);
COMMENT ON TABLE links IS 'One row a passage that bears on a claim. Key: claim_id, reference_id, rank.';
COMMENT ON COLUMN links.document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN links.ordinal IS 'Number of the link in the article, from 0.';
COMMENT ON COLUMN links.claim_id IS 'The claim: claims.claim_id.';
COMMENT ON COLUMN links.reference_id IS 'The reference whose source holds the passage: references.reference_id.';
COMMENT ON COLUMN links.role IS 'cited for the claim''s own references, sister for the article''s others.';
COMMENT ON COLUMN links."rank" IS 'Rank among the passages of this claim and reference: 1 is the best set of sentences, after it single sentences.';
COMMENT ON COLUMN links.source_id IS 'The source: documents.document_id.';
COMMENT ON COLUMN links.sentences IS 'Sentences of the source that make up the passage, ascending: sentences.sentence.';
COMMENT ON COLUMN links.start_at IS 'First character of the first sentence in the source''s text.';
COMMENT ON COLUMN links.end_at IS 'Character after the last sentence in the source''s text.';
COMMENT ON COLUMN links.text IS 'The words of those sentences.';
COMMENT ON COLUMN links.cosine IS 'Cosine of claim and passage, −1 to 1.';
COMMENT ON COLUMN links.coverage IS 'Share of the claim''s weighted words that the passage holds, 0–1.';
COMMENT ON COLUMN links.score IS 'Combined score; comparable within the database.';
COMMENT ON COLUMN links.features IS 'Name of a feature → its value, measured between claim and source; on rank 1 only.';

CREATE TABLE verdicts (
    document_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    claim_id VARCHAR NOT NULL,
    reference_id VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    probability DOUBLE,
    features MAP(VARCHAR, DOUBLE) NOT NULL
);
COMMENT ON TABLE verdicts IS 'One row a claim judged against a cited reference. Key: claim_id, reference_id.';
COMMENT ON COLUMN verdicts.document_id IS 'The article: articles.document_id.';
COMMENT ON COLUMN verdicts.ordinal IS 'Number of the verdict in the article, from 0.';
COMMENT ON COLUMN verdicts.claim_id IS 'The claim: claims.claim_id.';
COMMENT ON COLUMN verdicts.reference_id IS 'The cited reference: references.reference_id.';
COMMENT ON COLUMN verdicts.verdict IS 'supported, partially_supported, not_supported or source_unavailable.';
COMMENT ON COLUMN verdicts.probability IS 'Calibrated probability that the source supports the claim, 0–1; NULL when the source is not held.';
COMMENT ON COLUMN verdicts.features IS 'Name of a feature → its value: what the probability was made of.';

CREATE TABLE findings (
    finding_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    claim_ids VARCHAR[] NOT NULL,
    reference_ids VARCHAR[] NOT NULL,
    labels VARCHAR[] NOT NULL,
    suggested VARCHAR[] NOT NULL,
    reason VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    "precision" DOUBLE NOT NULL,
    measured INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    first_run_id VARCHAR NOT NULL
);
COMMENT ON TABLE findings IS 'One row a thing that a person should look at; it stays, closed, when it no longer arises. Key: finding_id.';
COMMENT ON COLUMN findings.finding_id IS 'Key made of kind, claim and references; an edit elsewhere or a renumbering keeps it.';
COMMENT ON COLUMN findings.kind IS 'swapped_citation, off_by_one, miscited, dangling_marker, unused_reference, altered_quote, number_mismatch, uncited_claim, link_mismatch, dead_source or unsupported_claim.';
COMMENT ON COLUMN findings.document_id IS 'The version of the article that it was last found in: documents.document_id.';
COMMENT ON COLUMN findings.uri IS 'The article: articles.uri.';
COMMENT ON COLUMN findings.claim_ids IS 'The claims that it is about, in the order of the text: claims.claim_id; empty for an entry that is never cited.';
COMMENT ON COLUMN findings.reference_ids IS 'The references that it is about: references.reference_id.';
COMMENT ON COLUMN findings.labels IS 'Labels as printed.';
COMMENT ON COLUMN findings.suggested IS 'Labels that fit, in the order of labels; empty when nothing is suggested.';
COMMENT ON COLUMN findings.reason IS 'Why it was raised, in words.';
COMMENT ON COLUMN findings.score IS 'How strong it is; comparable within a kind.';
COMMENT ON COLUMN findings."precision" IS 'Share of findings of this kind that were right on measured data, 0–1.';
COMMENT ON COLUMN findings.measured IS 'Number of findings on which the precision was measured.';
COMMENT ON COLUMN findings.status IS 'open or closed.';
COMMENT ON COLUMN findings.first_run_id IS 'Run that raised it first: runs.run_id.';
