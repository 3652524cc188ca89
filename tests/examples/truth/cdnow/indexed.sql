-- {"metrics": ["sales", "sales_of_the_first_month", "sales_index", "sales_at_quarter_start"], "by": ["time.month"], "time": "1998-01..1998-06"}
WITH sums AS (SELECT month, SUM(dollar_value) AS sales FROM months JOIN purchases ON date >= month AND date < ends GROUP BY month)
SELECT
  month,
  sales,
  (SELECT sales FROM sums WHERE month = DATE '1997-01-01') AS base,
  CAST(100 * sales AS DOUBLE) / (SELECT sales FROM sums WHERE month = DATE '1997-01-01'),
  (SELECT o.sales FROM sums AS o WHERE o.month = DATE_TRUNC('quarter', sums.month))
FROM sums
WHERE month BETWEEN DATE '1998-01-01' AND DATE '1998-06-01'
ORDER BY month
