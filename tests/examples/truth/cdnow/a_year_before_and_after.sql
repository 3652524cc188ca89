-- {"metrics": ["sales", "sales_ly", "sales_growth", "sales_ytd", "sales_ytd_ly"], "by": ["time.month"]}
WITH sums AS (
  SELECT
    month,
    (SELECT SUM(dollar_value) FROM purchases WHERE date >= month AND date < ends) AS sales,
    (SELECT SUM(dollar_value) FROM purchases WHERE YEAR(date) = YEAR(month) AND date < ends) AS so_far
  FROM months
)
SELECT
  (before.month + INTERVAL 1 YEAR)::DATE AS month,
  now.sales,
  before.sales,
  CAST(now.sales AS DOUBLE) / before.sales - 1,
  now.so_far,
  before.so_far
FROM sums AS before
LEFT JOIN sums AS now ON now.month = before.month + INTERVAL 1 YEAR
WHERE before.month < DATE '1998-07-01'
UNION ALL
SELECT month, sales, NULL, NULL, so_far, NULL
FROM sums
WHERE YEAR(month) = 1997
ORDER BY month
