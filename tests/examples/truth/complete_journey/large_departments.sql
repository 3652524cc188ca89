-- {"metrics": ["sales", "average_unit_price"], "by": ["products.department"], "having": "sales > 100000", "order": ["-sales"]}
SELECT
  department,
  SUM(sales_value) AS sales,
  CAST(SUM(sales_value) FILTER (WHERE product_type IS NULL OR product_type NOT LIKE 'GASOLINE%') AS DOUBLE)
    / NULLIF(SUM(quantity) FILTER (WHERE product_type IS NULL OR product_type NOT LIKE 'GASOLINE%'), 0)
FROM transactions
LEFT JOIN products USING (product_id)
GROUP BY department
HAVING SUM(sales_value) > 100000
ORDER BY sales DESC
