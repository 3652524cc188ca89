-- {"metrics": ["rfm_customers"], "by": ["customer_rfm.rfm_code"]}
WITH days AS (
  SELECT bought.customer_id, bought.day, SUM(order_lines.amount) AS amount
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(ordered_at AS DATE) AS day
    FROM orders
    WHERE customer_id IS NOT NULL AND ordered_at >= TIMESTAMP '2024-01-01' AND ordered_at < TIMESTAMP '2025-01-01'
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY 1, 2
), measured AS (
  SELECT
    customer_id,
    MAX(day) FILTER (WHERE amount > 0) AS last_day,
    COUNT(*) FILTER (WHERE amount > 0) AS frequency,
    SUM(amount) AS monetary
  FROM days
  GROUP BY 1
  HAVING frequency > 0
), scored AS (
  SELECT
    NTILE(5) OVER (ORDER BY last_day, customer_id) AS r,
    NTILE(5) OVER (ORDER BY frequency, customer_id) AS f,
    NTILE(5) OVER (ORDER BY monetary, customer_id) AS m
  FROM measured
)
SELECT CAST(100 * r + 10 * f + m AS VARCHAR) AS code, COUNT(*)
FROM scored
GROUP BY r, f, m
ORDER BY code
