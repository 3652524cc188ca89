-- {"metrics": ["basket_total"], "by": ["products.department"]}
-- Departments as numbers while baskets are matched: 20 million short texts are slow to group.
WITH numbered AS (
  SELECT product_id, department, DENSE_RANK() OVER (ORDER BY department) AS number FROM products
), held AS (
  SELECT DISTINCT basket_id, number FROM transactions LEFT JOIN numbered USING (product_id)
), totals AS (
  SELECT basket_id, SUM(sales_value) AS total FROM transactions GROUP BY basket_id
), summed AS (
  SELECT number, SUM(total) AS total FROM held JOIN totals USING (basket_id) GROUP BY number
)
SELECT department, total
FROM summed
LEFT JOIN (SELECT DISTINCT number, department FROM numbered) USING (number)
ORDER BY department NULLS LAST
