-- {"metrics": ["purchase_rate_12m"], "by": ["time.month"]}
-- What a customer bought comes with its month and goes 12 months later; in between nothing changes.
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
), moves AS (
  SELECT customer_id, month, SUM(amount) AS amount
  FROM (
    SELECT customer_id, month, amount FROM months
    UNION ALL
    SELECT customer_id, CAST(month + INTERVAL 12 MONTH AS DATE), -amount FROM months
  )
  GROUP BY 1, 2
), held AS (
  SELECT
    month,
    SUM(amount) OVER by_month > 0 AS bought,
    LEAD(month) OVER by_month AS until
  FROM moves
  WINDOW by_month AS (PARTITION BY customer_id ORDER BY month)
), spans AS (
  SELECT month, until, COUNT(*) AS customers FROM held WHERE bought GROUP BY 1, 2
), firsts AS (
  SELECT month, COUNT(*) AS customers
  FROM (SELECT MIN(month) AS month FROM months WHERE visited GROUP BY customer_id)
  GROUP BY 1
), periods AS (
  SELECT DISTINCT month FROM months
)
SELECT
  month,
  (SELECT COALESCE(SUM(spans.customers), 0) FROM spans WHERE spans.month <= periods.month AND spans.until > periods.month)
    / (SELECT SUM(firsts.customers) FROM firsts WHERE firsts.month <= periods.month)
FROM periods
ORDER BY month
