-- Copies the rows of every table; the contents as they were read stay behind, for they are large and no
-- question needs them.
-- grain and keys: those of each table
INSERT INTO published.runs SELECT * FROM working.runs;
INSERT INTO published.batches SELECT * FROM working.batches;
INSERT INTO published.ledger SELECT * FROM working.ledger;
INSERT INTO published.issues SELECT * FROM working.issues;
INSERT INTO published.locations SELECT * FROM working.locations;
INSERT INTO published.raws SELECT * REPLACE (NULL AS content) FROM working.raws;
INSERT INTO published.pages SELECT * FROM working.pages;
INSERT INTO published.fetches SELECT * FROM working.fetches;
INSERT INTO published.addresses SELECT * FROM working.addresses;
INSERT INTO published.hosts SELECT * FROM working.hosts;
INSERT INTO published.extracts SELECT * FROM working.extracts;
INSERT INTO published.documents SELECT * FROM working.documents;
INSERT INTO published.blocks SELECT * FROM working.blocks;
INSERT INTO published.marks SELECT * FROM working.marks;
INSERT INTO published.sentences SELECT * FROM working.sentences;
INSERT INTO published.articles SELECT * FROM working.articles;
INSERT INTO published."references" SELECT * FROM working."references";
INSERT INTO published.citations SELECT * FROM working.citations;
INSERT INTO published.claims SELECT * FROM working.claims;
INSERT INTO published.quotes SELECT * FROM working.quotes;
INSERT INTO published.resolutions SELECT * FROM working.resolutions;
INSERT INTO published.embedding_space SELECT * FROM working.embedding_space;
INSERT INTO published.embeddings SELECT * FROM working.embeddings;
INSERT INTO published.links SELECT * FROM working.links;
INSERT INTO published.verdicts SELECT * FROM working.verdicts;
INSERT INTO published.findings SELECT * FROM working.findings;
INSERT INTO published.schema_migrations SELECT * FROM working.schema_migrations;
INSERT INTO published.schema_definitions SELECT * FROM working.schema_definitions;
