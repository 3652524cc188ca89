-- {"metrics": ["sales", "households", "median_spend"], "by": ["products.department"], "top": "4 products.department by sales else the rest", "order": ["-sales"]}
WITH best AS (SELECT department FROM lines WHERE department IS NOT NULL GROUP BY department ORDER BY SUM(sales_value) DESC, department LIMIT 4),
named AS (
  SELECT IF(department IN (SELECT department FROM best), department, 'the rest') AS department, household_id, SUM(sales_value) AS amount
  FROM lines
  GROUP BY ALL
)
SELECT department, SUM(amount) AS sales, COUNT(*), MEDIAN(CAST(amount AS DOUBLE)) FILTER (WHERE amount > 0)
FROM named
GROUP BY department
ORDER BY sales DESC, department
