-- {"metrics": ["sales", "category_pareto"], "by": ["products.product_category"], "having": "category_pareto <= 0.3", "order": ["-sales"]}
WITH sums AS (SELECT product_category, SUM(sales_value) AS sales FROM lines GROUP BY ALL),
shares AS (
  SELECT product_category, sales, CAST((SELECT SUM(sales) FROM sums AS o WHERE o.sales >= sums.sales) AS DOUBLE) / (SELECT SUM(sales) FROM sums) AS share
  FROM sums
)
SELECT *
FROM shares
WHERE share <= 0.3
ORDER BY sales DESC
