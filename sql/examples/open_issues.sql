-- What went wrong in processing?
-- grain: one row an issue; key: stage, item, reason, detail
SELECT issues.stage, issues.reason, coalesce(current_documents.uri, issues.item) AS place, issues.detail
FROM issues
LEFT JOIN current_documents ON current_documents.document_id = issues.item
ORDER BY issues.stage, issues.reason, place, issues.detail;
