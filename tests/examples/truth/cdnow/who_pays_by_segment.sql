-- {"metrics": ["paying_customers", "median_spend", "share_above_100"], "by": ["scores.segment"]}
WITH spent AS (SELECT customer_id, SUM(dollar_value) AS amount FROM purchases GROUP BY ALL)
SELECT
  segment,
  COUNT(*),
  MEDIAN(CAST(amount AS DOUBLE)),
  COUNT(*) FILTER (WHERE amount > 100) / COUNT(*)
FROM spent
JOIN scored USING (customer_id)
WHERE amount > 0
GROUP BY segment
ORDER BY segment
