-- Which articles misnumber their citations?
-- grain: one row a finding about numbering; key: article_uri, kind, labels, claims
SELECT article_uri, article_title, kind, labels, suggested, claims, reason
FROM open_findings
WHERE kind IN ('swapped_citation', 'off_by_one', 'miscited', 'dangling_marker', 'link_mismatch')
ORDER BY article_uri, kind, labels, claims, reason;
