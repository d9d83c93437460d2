-- Pages that became known as these items of these feeds, and are held, without those that are gone since.
-- grain: one row a page in a role; key: role, page
-- takes: $items (ids that feeds give their items)
SELECT *
FROM pages
WHERE item_id IN (SELECT unnest($items::VARCHAR[])) AND state = 'held' AND NOT is_dead(reason)
ORDER BY role, page;
