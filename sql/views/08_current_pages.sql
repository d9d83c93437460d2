-- What lies at each page of the web now: its newest version that was found to be an article or a source.
-- grain: one row a page and content; key: page, document_id
CREATE OR REPLACE VIEW current_pages AS
SELECT DISTINCT pages.page, locations.document_id
FROM pages
INNER JOIN locations ON locations.uri = pages.url AND locations.role = pages.role
WHERE NOT locations.gone;
COMMENT ON VIEW current_pages IS 'One row a page of the web and what lies there now. Key: page, document_id.';
COMMENT ON COLUMN current_pages.page IS 'The page: pages.page.';
COMMENT ON COLUMN current_pages.document_id IS 'The document that its content is now: raws.document_id.';
