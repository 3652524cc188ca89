-- {"metrics": ["basket_total", "share_of_basket"], "by": ["products.department"]}
WITH totals AS (
  SELECT basket_id, SUM(sales_value) AS total FROM transactions GROUP BY basket_id
), lines AS (
  SELECT basket_id, department, SUM(sales_value) AS sales
  FROM transactions
  LEFT JOIN products USING (product_id)
  GROUP BY basket_id, department
)
SELECT department, SUM(total), CAST(SUM(sales) AS DOUBLE) / NULLIF(SUM(total), 0)
FROM lines
JOIN totals USING (basket_id)
GROUP BY department
ORDER BY department NULLS LAST
