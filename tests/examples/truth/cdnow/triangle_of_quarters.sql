-- {"metrics": ["retention_by_quarter"], "by": ["since.quarter", "scores.segment"], "where": "scores.segment in ('champions', 'once')"}
WITH active AS (SELECT DISTINCT customer_id, DATE_DIFF('quarter', DATE '1997-01-01', day) AS since FROM visits)
SELECT since, segment, COUNT(a.customer_id) / COUNT(*)
FROM RANGE(6) AS s(since)
CROSS JOIN scored
LEFT JOIN active AS a USING (customer_id, since)
WHERE segment IN ('champions', 'once')
GROUP BY since, segment
ORDER BY since, segment
