-- {"metrics": ["baskets", "average_basket_value"], "by": ["time.month"]}
-- By day and basket first: 2 million small groups, in which few baskets are counted twice.
WITH totals AS (
  SELECT CAST(transaction_timestamp AS DATE) AS day, basket_id, SUM(sales_value) AS total
  FROM transactions
  GROUP BY ALL
)
SELECT
  CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  COUNT(DISTINCT basket_id),
  CAST(SUM(total) AS DOUBLE) / COUNT(DISTINCT basket_id)
FROM totals
GROUP BY month
ORDER BY month
