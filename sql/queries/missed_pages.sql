-- Cited pages that could not be got, and why.
-- grain: one row a page; key: page
SELECT page, reason FROM pages WHERE role = 'source' AND reason <> '' ORDER BY page;
