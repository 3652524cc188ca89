-- {"metrics": ["repurchase_rate_3m"], "by": ["time.month"]}
-- The two first visits of everyone and the amount of the first month, from one pass over the days.
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
    MIN(day) FILTER (WHERE amount > 0) AS first_day,
    CASE WHEN COUNT(*) FILTER (WHERE amount > 0) > 1 THEN MIN(day, 2) FILTER (WHERE amount > 0) END AS both_days,
    MAX(day) FILTER (WHERE amount > 0) AS last_day
  FROM days
  GROUP BY 1, 2
), firsts AS (
  SELECT
    MIN(first_day) AS first_day,
    ARG_MIN(amount, month) AS amount,
    LEAST(ARG_MIN(both_days[2], month), MIN(first_day, 2)[2]) AS second_day,
    MAX(last_day) AS last_day
  FROM months
  WHERE first_day IS NOT NULL
  GROUP BY customer_id
)
SELECT
  CAST(DATE_TRUNC('month', first_day) AS DATE) AS month,
  CASE WHEN MAX(CAST(first_day + INTERVAL 3 MONTH AS DATE)) <= (SELECT MAX(last_day) FROM firsts)
    THEN COUNT(*) FILTER (WHERE second_day <= CAST(first_day + INTERVAL 3 MONTH AS DATE)) / COUNT(*) END
FROM firsts
WHERE amount > 0
GROUP BY month
ORDER BY month
