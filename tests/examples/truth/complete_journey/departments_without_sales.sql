-- {"metrics": ["lines", "discount_rate"], "by": ["products.department"], "time": "2017-01", "members": true}
WITH january AS (
  SELECT department, COUNT(*) AS n, SUM(retail_disc + coupon_match_disc) AS given, SUM(sales_value) AS sales
  FROM transactions
  LEFT JOIN products USING (product_id)
  WHERE transaction_timestamp < TIMESTAMP '2017-02-01'
  GROUP BY department
)
SELECT department, n, CAST(given AS DOUBLE) / NULLIF(sales + given, 0) FROM january
UNION ALL
SELECT DISTINCT department, 0, NULL FROM products WHERE department NOT IN (SELECT department FROM january WHERE department IS NOT NULL)
ORDER BY department NULLS LAST
