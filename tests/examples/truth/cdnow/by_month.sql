-- {"metrics": ["sales", "purchases", "buyers", "average_purchase"], "by": ["time.month"]}
SELECT
  CAST(STRFTIME(date, '%Y-%m-01') AS DATE) AS month,
  SUM(dollar_value),
  COUNT(*),
  COUNT(DISTINCT customer_id),
  CAST(SUM(dollar_value) AS DOUBLE) / COUNT(*)
FROM purchases
GROUP BY month
ORDER BY month
