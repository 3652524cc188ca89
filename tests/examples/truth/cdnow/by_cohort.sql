-- {"metrics": ["sales", "buyers", "purchases_per_buyer"], "by": ["customers.first_bought_on.month"], "time": "1997-07.."}
SELECT
  CAST(DATE_TRUNC('month', first) AS DATE) AS cohort,
  SUM(dollar_value),
  COUNT(DISTINCT customer_id),
  CAST(COUNT(*) AS DOUBLE) / COUNT(DISTINCT customer_id)
FROM (SELECT *, MIN(date) OVER (PARTITION BY customer_id) AS first FROM purchases)
WHERE date >= DATE '1997-07-01'
GROUP BY cohort
ORDER BY cohort
