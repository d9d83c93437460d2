-- Every page of the web that is known.
-- grain: one row a page in a role; key: role, page
SELECT * FROM pages ORDER BY role, page;
