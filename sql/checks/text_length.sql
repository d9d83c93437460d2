-- documents.characters is the length of the text, counted in code points.
-- grain: one row a document where it is not
SELECT document_id, characters, length(text) AS counted FROM documents WHERE characters <> length(text);
