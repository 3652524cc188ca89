-- {"metrics": ["new_customers", "purchases", "sales_per_new_customer"], "by": ["time.month"], "time": "1997", "fill": true}
SELECT
  CAST(DATE_TRUNC('month', date) AS DATE) AS month,
  COUNT(DISTINCT customer_id) FILTER (WHERE date = first) AS new_customers,
  COUNT(*),
  CAST(SUM(dollar_value) AS DOUBLE) / NULLIF(new_customers, 0)
FROM (SELECT *, MIN(date) OVER (PARTITION BY customer_id) AS first FROM purchases)
WHERE YEAR(date) = 1997
GROUP BY month
ORDER BY month
