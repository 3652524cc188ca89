-- {"metrics": ["basket_total"], "by": ["households.age"], "where": "products.department = 'FLORAL'"}
SELECT age, SUM(sales_value)
FROM transactions
JOIN households USING (household_id)
WHERE basket_id IN (
  SELECT basket_id FROM transactions WHERE product_id IN (SELECT product_id FROM products WHERE department = 'FLORAL')
)
GROUP BY age
ORDER BY age NULLS LAST
