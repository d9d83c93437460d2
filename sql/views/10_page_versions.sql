-- The versions of each page of the web that were got, and which of them is held now.
-- grain: one row a page and content; key: page, document_id
CREATE OR REPLACE VIEW page_versions AS
SELECT
    fetches.page,
    fetches.document_id,
    any_value(fetches.url) AS url,
    min(fetches.fetched_at) AS first_fetched_at,
    max(fetches.fetched_at) AS last_fetched_at,
    any_value(documents.title) AS title,
    any_value(documents.characters) AS characters,
    bool_or(current_pages.document_id IS NOT NULL) AS is_current
FROM fetches
LEFT JOIN documents ON documents.document_id = fetches.document_id
LEFT JOIN current_pages ON current_pages.page = fetches.page AND current_pages.document_id = fetches.document_id
WHERE fetches.document_id IS NOT NULL
GROUP BY fetches.page, fetches.document_id;
COMMENT ON VIEW page_versions IS 'One row a page of the web and content that was got of it. Key: page, document_id.';
COMMENT ON COLUMN page_versions.page IS 'The page: pages.page.';
COMMENT ON COLUMN page_versions.document_id IS 'The document that its content is: raws.document_id.';
COMMENT ON COLUMN page_versions.url IS 'The address that was asked for.';
COMMENT ON COLUMN page_versions.first_fetched_at IS 'When this content was first got (UTC).';
COMMENT ON COLUMN page_versions.last_fetched_at IS 'When this content was last got whole (UTC); unchanged answers do not count.';
COMMENT ON COLUMN page_versions.title IS 'Its title; NULL where it was not read.';
COMMENT ON COLUMN page_versions.characters IS 'Length of its text; NULL where it was not read.';
COMMENT ON COLUMN page_versions.is_current IS 'True when it is what the page holds now.';
