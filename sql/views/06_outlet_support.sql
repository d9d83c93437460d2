-- How well the claims that cite an outlet are supported by it.
-- grain: one row an outlet; key: outlet (NULL stands for sources whose outlet is unknown)
CREATE OR REPLACE VIEW outlet_support AS
SELECT
    source_outlet AS outlet,
    count(*) AS cited,
    count(*) FILTER (WHERE verdict <> 'source_unavailable') AS judged,
    count(*) FILTER (WHERE verdict = 'supported') AS supported,
    count(*) FILTER (WHERE verdict = 'partially_supported') AS partially_supported,
    count(*) FILTER (WHERE verdict = 'not_supported') AS not_supported,
    count(*) FILTER (WHERE verdict = 'source_unavailable') AS unavailable,
    share(
        count(*) FILTER (WHERE verdict = 'supported'), count(*) FILTER (WHERE verdict <> 'source_unavailable')
    ) AS supported_share,
    avg(probability) FILTER (WHERE verdict <> 'source_unavailable') AS mean_probability
FROM claim_evidence
GROUP BY source_outlet;
COMMENT ON VIEW outlet_support IS 'One row an outlet that is cited. Key: outlet.';
COMMENT ON COLUMN outlet_support.outlet IS 'The outlet; NULL for sources whose outlet is unknown.';
COMMENT ON COLUMN outlet_support.cited IS 'Claims that cite it, each cited reference counted.';
COMMENT ON COLUMN outlet_support.judged IS 'Those whose source is held.';
COMMENT ON COLUMN outlet_support.supported IS 'Those judged supported.';
COMMENT ON COLUMN outlet_support.partially_supported IS 'Those judged partially supported.';
COMMENT ON COLUMN outlet_support.not_supported IS 'Those judged not supported.';
COMMENT ON COLUMN outlet_support.unavailable IS 'Those whose source is not held.';
COMMENT ON COLUMN outlet_support.supported_share IS 'supported of judged, 0–1; NULL when nothing was judged.';
COMMENT ON COLUMN outlet_support.mean_probability IS 'Mean probability of support over the judged, 0–1.';
