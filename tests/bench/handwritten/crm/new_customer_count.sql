-- {"metrics": ["new_customer_count"], "by": ["time.month"]}
-- The first month with a visit is the month of the first visit, so one pass tells both.
WITH days AS (
  SELECT bought.customer_id, bought.day, SUM(order_lines.amount) AS amount
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(ordered_at AS DATE) AS day FROM orders WHERE customer_id IS NOT NULL
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY 1, 2
), months AS (
  SELECT
    customer_id,
    CAST(DATE_TRUNC('month', day) AS DATE) AS month,
    SUM(amount) AS amount,
    BOOL_OR(amount > 0) AS visited
  FROM days
  GROUP BY 1, 2
), firsts AS (
  SELECT MIN(month) AS month, ARG_MIN(amount, month) AS amount
  FROM months
  WHERE visited
  GROUP BY customer_id
)
SELECT month, COUNT(*)
FROM firsts
WHERE amount > 0
GROUP BY month
ORDER BY month
