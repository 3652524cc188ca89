-- {"metrics": ["purchasing_customer_count"], "by": ["time.month"]}
WITH months AS (
  SELECT bought.customer_id, bought.month, SUM(order_lines.amount) AS amount
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(DATE_TRUNC('month', ordered_at) AS DATE) AS month
    FROM orders
    WHERE customer_id IS NOT NULL
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY 1, 2
)
SELECT month, COUNT(*)
FROM months
WHERE amount > 0
GROUP BY month
ORDER BY month
