-- Pages that became known as these items of these feeds, and are held.
-- grain: one row a page in a role; key: role, page
-- takes: $items (ids that feeds give their items)
SELECT *
FROM pages
WHERE item_id IN (SELECT unnest($items::VARCHAR[])) AND state = 'held'
ORDER BY role, page;
