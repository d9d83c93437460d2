-- Adds attempts to get pages; one that is recorded already stays.
-- grain: one row an attempt; key: fetch_id
-- reads: incoming
INSERT INTO fetches BY NAME
SELECT * FROM incoming
WHERE fetch_id NOT IN (SELECT fetch_id FROM fetches);
