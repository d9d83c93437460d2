-- How many open issues there are for each reason.
-- grain: one row a reason; key: reason
SELECT reason, count(*) AS issues FROM issues GROUP BY reason ORDER BY issues DESC, reason;
