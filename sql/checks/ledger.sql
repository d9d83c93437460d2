-- A dropped item says why; a kept one has an output and no reason.
-- grain: one row a ledger row that breaks this
SELECT stage, item, kept, reason, output_hash
FROM ledger
WHERE kept = (reason <> '') OR kept <> (output_hash <> '');
