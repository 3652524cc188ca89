-- {"metrics": ["retention_rate"], "by": ["time.month"]}
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
), followed AS (
  SELECT
    CAST(month + INTERVAL 1 MONTH AS DATE) AS month,
    LEAD(month) OVER (PARTITION BY customer_id ORDER BY month) AS following_month
  FROM months
  WHERE amount > 0
)
SELECT month, COUNT(*) FILTER (WHERE following_month = month) / COUNT(*)
FROM followed
GROUP BY month
ORDER BY month
