-- {"metrics": ["median_basket", "basket_total"], "by": ["baskets.size"]}
SELECT
  CASE WHEN n = 1 THEN '1 product' WHEN n < 6 THEN '2-5 products' WHEN n < 21 THEN '6-20 products' ELSE '21+ products' END AS size,
  QUANTILE_CONT(CAST(total AS DOUBLE), 0.5),
  SUM(total)
FROM (SELECT COUNT(product_id) AS n, SUM(sales_value) AS total FROM transactions GROUP BY basket_id)
GROUP BY size
ORDER BY size
