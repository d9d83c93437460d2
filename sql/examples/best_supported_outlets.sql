-- Which outlets' claims are best supported by what they published?
-- grain: one row an outlet; key: outlet
SELECT outlet, cited, judged, supported, partially_supported, not_supported, round(supported_share, 3) AS supported_share
FROM outlet_support
WHERE judged > 0
ORDER BY supported_share DESC, judged DESC, outlet;
