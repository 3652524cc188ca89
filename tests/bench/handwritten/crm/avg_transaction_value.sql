-- {"metrics": ["avg_transaction_value"], "by": ["time.month"]}
WITH days AS (
  SELECT bought.customer_id, bought.day, SUM(order_lines.amount) AS amount
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(ordered_at AS DATE) AS day FROM orders WHERE customer_id IS NOT NULL
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY 1, 2
)
SELECT
  CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  CAST(SUM(amount) AS DOUBLE) / NULLIF(COUNT(*) FILTER (WHERE amount > 0), 0)
FROM days
GROUP BY month
ORDER BY month
