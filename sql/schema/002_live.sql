-- Pages of the web: which are known and wanted, every attempt to get one, what is remembered of hosts, and
-- under which addresses a document was found.
-- Grain and key of each table stand in its comment.

CREATE TABLE pages (
    role VARCHAR NOT NULL,
    page VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    via VARCHAR NOT NULL,
    tag VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    published VARCHAR NOT NULL,
    modified VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    not_before TIMESTAMP,
    added_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE pages IS 'One row a page of the web that is known in a role. Key: role, page.';
COMMENT ON COLUMN pages.role IS 'article (to be checked) or source (may be cited).';
COMMENT ON COLUMN pages.page IS 'Its address in the form by which two spellings are told to be the same: no scheme, no www, no tracking.';
COMMENT ON COLUMN pages.url IS 'The address that is asked for; locations.uri once it is held.';
COMMENT ON COLUMN pages.origin IS 'How it became known: feed, sitemap, list, added, cited, lookup, archive or warc.';
COMMENT ON COLUMN pages.via IS 'The feed, sitemap, list or file that tells of it; empty when none does.';
COMMENT ON COLUMN pages.tag IS 'Schedule tag of that origin; empty for every run.';
COMMENT ON COLUMN pages.item_id IS 'The feed''s id of the item; empty when it gives none.';
COMMENT ON COLUMN pages.title IS 'Title that the feed or sitemap gives; empty when it gives none.';
COMMENT ON COLUMN pages.published IS 'Date that the feed or sitemap gives, ISO; empty when it gives none.';
COMMENT ON COLUMN pages.modified IS 'Time of the last change that the sitemap or feed gives, as written; empty when it gives none.';
COMMENT ON COLUMN pages.state IS 'known (not asked for), waiting, held, failed (for a reason that stays) or set_aside (tried too often).';
COMMENT ON COLUMN pages.reason IS 'Reason code of the last attempt that failed; empty when it did not.';
COMMENT ON COLUMN pages.attempts IS 'Attempts in a row that ended in trouble that may pass.';
COMMENT ON COLUMN pages.not_before IS 'No attempt before this time (UTC); NULL is at once.';
COMMENT ON COLUMN pages.added_at IS 'When it became known (UTC).';

CREATE TABLE fetches (
    fetch_id VARCHAR NOT NULL,
    page VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    final_url VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    status INTEGER,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    redirects VARCHAR[] NOT NULL,
    media_type VARCHAR NOT NULL,
    charset VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    raw_bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    document_id VARCHAR,
    etag VARCHAR NOT NULL,
    last_modified VARCHAR NOT NULL,
    robots VARCHAR NOT NULL,
    tls_verified BOOLEAN,
    attempt INTEGER NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    archived_at TIMESTAMP,
    seconds DOUBLE NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE fetches IS 'One row an attempt to get a page. Key: fetch_id.';
COMMENT ON COLUMN fetches.fetch_id IS 'Key made of page, purpose and time.';
COMMENT ON COLUMN fetches.page IS 'The page: pages.page.';
COMMENT ON COLUMN fetches.url IS 'The address that was asked for.';
COMMENT ON COLUMN fetches.final_url IS 'The address that answered, after redirects.';
COMMENT ON COLUMN fetches.purpose IS 'page, feed, sitemap, list, archive (a copy of a page in a web archive) or warc (read from a file).';
COMMENT ON COLUMN fetches.outcome IS 'kept, unchanged (what is held is still right) or failed.';
COMMENT ON COLUMN fetches.status IS 'Status of the last answer; NULL when none came.';
COMMENT ON COLUMN fetches.reason IS 'Reason code; empty unless it failed.';
COMMENT ON COLUMN fetches.detail IS 'One sentence on what went wrong, or what was taken of a feed, sitemap or list; empty when the code says all.';
COMMENT ON COLUMN fetches.redirects IS 'Addresses passed through, without the first and the last.';
COMMENT ON COLUMN fetches.media_type IS 'Media type that the server gave, lower case; empty when it gave none.';
COMMENT ON COLUMN fetches.charset IS 'Character set that the server gave; empty when it gave none.';
COMMENT ON COLUMN fetches.bytes IS 'Size of the body, decoded, in bytes.';
COMMENT ON COLUMN fetches.raw_bytes IS 'Size of the body as it was sent, in bytes.';
COMMENT ON COLUMN fetches.sha256 IS 'SHA-256 of the decoded body, lower-case hex; empty when there is none.';
COMMENT ON COLUMN fetches.document_id IS 'The document that the body is: raws.document_id; NULL when it was not kept as one.';
COMMENT ON COLUMN fetches.etag IS 'The answer''s ETag; empty when it has none.';
COMMENT ON COLUMN fetches.last_modified IS 'The answer''s Last-Modified as written; empty when it has none.';
COMMENT ON COLUMN fetches.robots IS 'What robots.txt says: allowed, disallowed, unavailable; empty when it was not asked.';
COMMENT ON COLUMN fetches.tls_verified IS 'True: the certificate was verified. NULL: plain http, or no connection.';
COMMENT ON COLUMN fetches.attempt IS 'Number of the attempt since the page was last got, from 1.';
COMMENT ON COLUMN fetches.fetched_at IS 'When it was asked for, or captured (UTC).';
COMMENT ON COLUMN fetches.archived_at IS 'When the archive made its copy (UTC); NULL for a page itself.';
COMMENT ON COLUMN fetches.seconds IS 'How long it took, waiting between tries included, in seconds.';
COMMENT ON COLUMN fetches.run_id IS 'The run: runs.run_id.';

CREATE TABLE addresses (
    page VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    via VARCHAR NOT NULL,
    archived_at TIMESTAMP
);
COMMENT ON TABLE addresses IS 'One row an address under which a document was found. Key: page, document_id.';
COMMENT ON COLUMN addresses.page IS 'The address, in the form of pages.page.';
COMMENT ON COLUMN addresses.document_id IS 'The document: raws.document_id.';
COMMENT ON COLUMN addresses.via IS 'asked (the address asked for), redirect (one passed through), final (the one that answered) or archive.';
COMMENT ON COLUMN addresses.archived_at IS 'When the archive made its copy (UTC); NULL for a page itself.';

CREATE TABLE hosts (
    host VARCHAR NOT NULL,
    failures INTEGER NOT NULL,
    not_before TIMESTAMP,
    robots VARCHAR NOT NULL,
    robots_status VARCHAR NOT NULL,
    robots_at TIMESTAMP
);
COMMENT ON TABLE hosts IS 'One row a host that was asked. Key: host.';
COMMENT ON COLUMN hosts.host IS 'Name, with its port where that is not the usual one.';
COMMENT ON COLUMN hosts.failures IS 'Requests in a row that ended in trouble.';
COMMENT ON COLUMN hosts.not_before IS 'No request before this time (UTC): the breaker is open, or the host asked to wait; NULL is at once.';
COMMENT ON COLUMN hosts.robots IS 'Its robots.txt; empty when it has none.';
COMMENT ON COLUMN hosts.robots_status IS 'found, none, unavailable; empty when it was never asked.';
COMMENT ON COLUMN hosts.robots_at IS 'When robots.txt was last asked for (UTC).';

-- What the server said of a content's encoding: a page may rely on it and say nothing itself.
ALTER TABLE raws ADD COLUMN charset VARCHAR DEFAULT '';
COMMENT ON COLUMN raws.charset IS 'Character set that the server gave with it; empty when it gave none, or it was a file.';

-- How often an item has been tried that a stage could not get through: after the third time it is set aside.
ALTER TABLE ledger ADD COLUMN attempts INTEGER DEFAULT 1;
COMMENT ON COLUMN ledger.attempts IS 'How often the stage tried this input; 0 after workscited retry.';
