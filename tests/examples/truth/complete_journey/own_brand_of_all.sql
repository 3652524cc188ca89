-- {"metrics": ["sales", "sales_any_brand"], "by": ["products.department"], "where": "products.brand = 'Private'", "order": ["-sales"], "limit": 4}
SELECT department, SUM(sales_value) FILTER (WHERE brand = 'Private') AS own, SUM(sales_value)
FROM lines
GROUP BY department
ORDER BY own DESC NULLS LAST, department
LIMIT 4
