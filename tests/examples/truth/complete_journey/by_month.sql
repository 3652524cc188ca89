-- {"metrics": ["sales", "units", "baskets"], "by": ["time.month"]}
SELECT
  CAST(DATE_TRUNC('month', transaction_timestamp) AS DATE) AS month,
  SUM(sales_value),
  SUM(CASE WHEN product_type LIKE 'GASOLINE%' THEN NULL ELSE quantity END),
  COUNT(DISTINCT basket_id)
FROM transactions
LEFT JOIN products USING (product_id)
GROUP BY month
ORDER BY month
