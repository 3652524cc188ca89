-- {"metrics": ["paying_customers", "median_spend", "share_above_100"], "by": ["time.quarter"]}
WITH spent AS (
  SELECT DATE_TRUNC('quarter', date) AS quarter, customer_id, SUM(dollar_value) AS amount
  FROM purchases
  GROUP BY ALL
)
SELECT
  CAST(quarter AS DATE),
  COUNT(*),
  MEDIAN(CAST(amount AS DOUBLE)),
  COUNT(*) FILTER (WHERE amount > 100) / COUNT(*)
FROM spent
WHERE amount > 0
GROUP BY quarter
ORDER BY quarter
