-- {"metrics": ["net_revenue_retention"], "by": ["time.month"], "time": "2024-12"}
WITH customers AS (
  SELECT
    SUM(order_lines.amount) FILTER (WHERE bought.is_late) AS amount,
    SUM(order_lines.amount) FILTER (WHERE NOT bought.is_late) AS amount_before
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, ordered_at >= TIMESTAMP '2024-01-01' AS is_late
    FROM orders
    WHERE customer_id IS NOT NULL AND ordered_at >= TIMESTAMP '2023-01-01' AND ordered_at < TIMESTAMP '2025-01-01'
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY bought.customer_id
)
SELECT DATE '2024-12-01', CAST(SUM(COALESCE(amount, 0)) AS DOUBLE) / SUM(amount_before)
FROM customers
WHERE amount_before > 0
