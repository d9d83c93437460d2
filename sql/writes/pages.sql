-- Brings what is known of pages up to date. A page keeps the time when it became known; its address changes only
-- where nothing is held under the one that it had.
-- grain: one row a page in a role; key: role, page
-- reads: incoming (whole rows, each page once a role)
MERGE INTO pages USING incoming ON pages.role = incoming.role AND pages.page = incoming.page
WHEN MATCHED THEN UPDATE SET
    url = incoming.url,
    origin = incoming.origin,
    via = incoming.via,
    tag = incoming.tag,
    item_id = incoming.item_id,
    title = incoming.title,
    published = incoming.published,
    modified = incoming.modified,
    state = incoming.state,
    reason = incoming.reason,
    attempts = incoming.attempts,
    not_before = incoming.not_before
WHEN NOT MATCHED THEN INSERT BY NAME;
