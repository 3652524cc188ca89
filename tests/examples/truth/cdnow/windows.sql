-- {"metrics": ["sales", "sales_28d", "sales_3m", "sales_12m", "sales_ytd", "sales_so_far"], "by": ["time.month"], "time": "1998"}
SELECT
  month,
  SUM(dollar_value) FILTER (WHERE date >= month),
  SUM(dollar_value) FILTER (WHERE date >= ends - 28),
  SUM(dollar_value) FILTER (WHERE date >= ends - INTERVAL 3 MONTH),
  SUM(dollar_value) FILTER (WHERE date >= ends - INTERVAL 12 MONTH),
  SUM(dollar_value) FILTER (WHERE date >= DATE '1998-01-01'),
  SUM(dollar_value)
FROM months
JOIN purchases ON date < ends
WHERE month BETWEEN DATE '1998-01-01' AND DATE '1998-12-31'
GROUP BY month, ends
ORDER BY month
