-- {"metrics": ["baskets", "average_basket_value"], "by": ["time.month"]}
-- A basket has one time, so it need be grouped by its number only; counting distinct takes twice as long.
WITH totals AS (
  SELECT MIN(transaction_timestamp) AS bought_at, SUM(sales_value) AS total
  FROM transactions
  GROUP BY basket_id
)
SELECT
  CAST(DATE_TRUNC('month', bought_at) AS DATE) AS month,
  COUNT(*),
  CAST(SUM(total) AS DOUBLE) / COUNT(*)
FROM totals
GROUP BY month
ORDER BY month
