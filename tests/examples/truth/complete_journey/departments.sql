-- {"metrics": ["sales", "share_of_departments", "department_place"], "by": ["products.department"], "order": ["department_place"], "limit": 6}
WITH sums AS (SELECT department, SUM(sales_value) AS sales FROM lines GROUP BY department)
SELECT
  department,
  sales,
  CAST(sales AS DOUBLE) / (SELECT SUM(sales_value) FROM transactions),
  1 + (SELECT COUNT(*) FROM sums AS o WHERE o.sales > sums.sales) AS place
FROM sums
ORDER BY place, department
LIMIT 6
