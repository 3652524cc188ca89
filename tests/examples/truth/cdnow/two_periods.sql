-- {"metrics": ["sales_3m", "sales_ytd", "buyers_3m", "sales_ly"], "by": ["time.quarter", "time.month"], "time": "1998-01..1998-06"}
SELECT
  CAST(DATE_TRUNC('quarter', month) AS DATE),
  month,
  SUM(dollar_value) FILTER (WHERE date >= ends - INTERVAL 3 MONTH AND date < ends),
  SUM(dollar_value) FILTER (WHERE date >= DATE '1998-01-01' AND date < ends),
  COUNT(DISTINCT customer_id) FILTER (WHERE date >= ends - INTERVAL 3 MONTH AND date < ends),
  SUM(dollar_value) FILTER (WHERE DATE_TRUNC('month', date) = month - INTERVAL 1 YEAR)
FROM months
CROSS JOIN purchases
WHERE month BETWEEN DATE '1998-01-01' AND DATE '1998-06-01'
GROUP BY month, ends
ORDER BY month
