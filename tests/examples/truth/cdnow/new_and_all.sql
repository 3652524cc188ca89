-- {"metrics": ["new_customers", "purchases", "sales_per_new_customer"], "by": ["time.month"], "time": "1997", "fill": true}
SELECT
  month,
  COUNT(DISTINCT customer_id) FILTER (WHERE date = first) AS new_customers,
  COUNT(date),
  CAST(SUM(dollar_value) AS DOUBLE) / NULLIF(new_customers, 0)
FROM months
LEFT JOIN (SELECT *, MIN(date) OVER (PARTITION BY customer_id) AS first FROM purchases) AS p ON date >= month AND date < ends
WHERE YEAR(month) = 1997
GROUP BY month
ORDER BY month
