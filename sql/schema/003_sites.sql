-- What rows stand for, more exactly: the tables' form is as it was, and so are their rows.

COMMENT ON TABLE hosts IS 'One row a site, a host under one scheme, that was asked or is left alone. Key: host.';
COMMENT ON COLUMN hosts.host IS 'The site: the host''s name, with its port where that is not the usual one; after "http://" where it is asked by plain http, without a scheme where by https.';
COMMENT ON COLUMN hosts.failures IS 'Requests in a row that ended in trouble, of this site alone.';
COMMENT ON COLUMN hosts.not_before IS 'No request before this time (UTC): the breaker of the site is open, or its host asked to wait, under either scheme; NULL is at once.';
COMMENT ON COLUMN hosts.robots IS 'What of its robots.txt binds workscited''s agent, as a robots.txt; empty when it has none. Rows of earlier versions hold the whole file.';
COMMENT ON COLUMN hosts.robots_status IS 'found, none, unavailable; empty when it was never asked.';
COMMENT ON COLUMN pages.modified IS 'Time of the last change that the sitemap or feed gives, as written; the day on which it was told where it lies ahead; empty when it gives none.';
