-- {"metrics": ["active_rate_3m", "active_rate_3m_ly", "active_rate_change"], "by": ["scores.segment"], "time": "1998-05"}
WITH spent AS (
  SELECT
    segment,
    customer_id,
    SUM(dollar_value) FILTER (WHERE date BETWEEN DATE '1998-03-01' AND DATE '1998-05-31') > 0 AS now,
    SUM(dollar_value) FILTER (WHERE date BETWEEN DATE '1997-03-01' AND DATE '1997-05-31') > 0 AS before
  FROM purchases
  JOIN scored USING (customer_id)
  GROUP BY ALL
)
SELECT segment, COUNT(*) FILTER (WHERE now) / COUNT(*) AS a, COUNT(*) FILTER (WHERE before) / COUNT(*) AS b, a - b
FROM spent
GROUP BY segment
ORDER BY segment
