-- {"metrics": ["next_visit_3m", "next_visit_3m_ly", "next_visit_change"], "by": ["scores.segment"], "time": "1998-05"}
WITH next AS (
  SELECT segment, b.day, MIN(v.day) AS next
  FROM (SELECT * FROM visits WHERE day + 30 <= (SELECT MAX(day) FROM visits)) AS b
  JOIN scored USING (customer_id)
  LEFT JOIN visits AS v ON v.customer_id = b.customer_id AND v.day > b.day
  GROUP BY b.customer_id, segment, b.day
), rates AS (
  SELECT
    segment,
    COUNT(*) FILTER (WHERE next <= day + 30 AND day BETWEEN DATE '1998-03-01' AND DATE '1998-05-31')
      / NULLIF(COUNT(*) FILTER (WHERE day BETWEEN DATE '1998-03-01' AND DATE '1998-05-31'), 0) AS now,
    COUNT(*) FILTER (WHERE next <= day + 30 AND day BETWEEN DATE '1997-03-01' AND DATE '1997-05-31')
      / NULLIF(COUNT(*) FILTER (WHERE day BETWEEN DATE '1997-03-01' AND DATE '1997-05-31'), 0) AS before
  FROM next
  GROUP BY segment
)
SELECT segment, now, before, now - before
FROM rates
ORDER BY segment
