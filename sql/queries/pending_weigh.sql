-- Pages of the web that are held and not yet weighed, again when other titles cite them.
-- grain: one row a document; key: item (document_id)
-- takes: $version
WITH cited AS (
    SELECT resolutions.source_id, list(DISTINCT "references".title ORDER BY "references".title) AS titles
    FROM resolutions
    INNER JOIN "references" ON "references".reference_id = resolutions.reference_id
    WHERE resolutions.method IN ('url', 'archive') AND "references".title <> ''
    GROUP BY resolutions.source_id
),

fetched AS (
    SELECT
        locations.document_id,
        list(DISTINCT pages.page ORDER BY pages.page) AS pages,
        bool_or(pages.role = 'article') AS is_article
    FROM locations
    INNER JOIN pages ON pages.url = locations.uri AND pages.role = locations.role
    WHERE NOT locations.gone AND pages.state = 'held'
    GROUP BY locations.document_id
),

due AS (
    SELECT
        held_documents.document_id AS item,
        md5(concat_ws('|', held_documents.content_hash, array_to_string(cited.titles, '|'))) AS input_hash,
        coalesce(cited.titles, []) AS titles,
        fetched.pages,
        fetched.is_article
    FROM held_documents
    INNER JOIN fetched ON fetched.document_id = held_documents.document_id
    LEFT JOIN cited ON cited.source_id = held_documents.document_id
)

SELECT due.item, due.input_hash, due.titles, due.pages, due.is_article
FROM due
LEFT JOIN ledger ON ledger.stage = 'weigh'
    AND ledger.item = due.item
    AND ledger.version = $version
    AND ledger.input_hash = due.input_hash
WHERE ledger.item IS NULL
ORDER BY due.item;
