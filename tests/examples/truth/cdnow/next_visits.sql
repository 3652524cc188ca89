-- {"metrics": ["visit_count", "next_visit_30d"], "by": ["scores.segment"], "where": "visits.amount > 20", "time": "1998-Q2"}
WITH next AS (
  SELECT segment, b.day, MIN(v.day) AS next
  FROM visits AS b
  JOIN scored USING (customer_id)
  LEFT JOIN visits AS v ON v.customer_id = b.customer_id AND v.day > b.day
  WHERE b.amount > 20 AND b.day BETWEEN DATE '1998-04-01' AND DATE '1998-06-30'
  GROUP BY b.customer_id, segment, b.day
)
SELECT
  segment,
  COUNT(*),
  COUNT(*) FILTER (WHERE next <= day + 30 AND day + 30 <= (SELECT MAX(day) FROM visits)) / NULLIF(COUNT(*) FILTER (WHERE day + 30 <= (SELECT MAX(day) FROM visits)), 0)
FROM next
GROUP BY segment
ORDER BY segment
