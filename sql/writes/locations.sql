-- Brings the places of a batch up to date: places read now, and places where nothing can be read any more.
-- A place keeps the time when it was first seen. A page of the web that no longer answers stays held as it was
-- read; one that turns out to be no article is none of a source.
-- grain: one row a place; key: role, uri
-- reads: outcomes (the batch's items, which are uris), incoming (the places that were read)
MERGE INTO locations USING incoming ON locations.role = incoming.role AND locations.uri = incoming.uri
WHEN MATCHED THEN UPDATE SET
    document_id = incoming.document_id,
    bytes = incoming.bytes,
    modified_ns = incoming.modified_ns,
    gone = incoming.gone
WHEN NOT MATCHED THEN INSERT BY NAME;

UPDATE locations SET gone = true
WHERE
    NOT gone
    AND EXISTS (
        SELECT 1 FROM outcomes
        WHERE
            outcomes.item = locations.uri
            AND NOT outcomes.kept
            AND (
                outcomes.stage = 'acquire'
                OR (locations.role = 'source' AND outcomes.reason IN ('thin', 'soft_not_found'))
            )
    );
