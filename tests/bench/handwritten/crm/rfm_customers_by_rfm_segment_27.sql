-- {"metrics": ["rfm_customers"], "by": ["customer_rfm.rfm_segment_27"]}
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
    CASE WHEN last_day >= DATE '2024-09-01' THEN 0 WHEN last_day >= DATE '2024-05-01' THEN 1 ELSE 2 END AS r,
    CASE WHEN frequency >= 3 THEN 0 WHEN frequency = 2 THEN 1 ELSE 2 END AS f,
    CASE NTILE(5) OVER (ORDER BY monetary, customer_id) WHEN 5 THEN 1 WHEN 1 THEN 3 ELSE 2 END AS m
  FROM measured
)
SELECT 9 * r + 3 * f + m AS segment, COUNT(*)
FROM scored
GROUP BY segment
ORDER BY segment
