-- {"metrics": ["sales", "share_of_departments", "share_of_everything", "sales_of_departments", "department_place"], "by": ["time.month", "products.department"], "time": "2017-01..2017-02", "where": "products.department <> 'GROCERY'"}
WITH sums AS (
  SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, department, SUM(sales_value) AS sales
  FROM lines
  WHERE department <> 'GROCERY' AND day BETWEEN DATE '2017-01-01' AND DATE '2017-02-28'
  GROUP BY ALL
)
SELECT
  month,
  department,
  sales,
  CAST(sales AS DOUBLE) / (SELECT SUM(sales) FROM sums AS o WHERE o.month = sums.month),
  CAST(sales AS DOUBLE) / (SELECT SUM(sales) FROM sums),
  (SELECT SUM(sales) FROM sums AS o WHERE o.month = sums.month),
  1 + (SELECT COUNT(*) FROM sums AS o WHERE o.month = sums.month AND o.sales > sums.sales)
FROM sums
ORDER BY month, department
