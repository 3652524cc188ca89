-- {"metrics": ["active_customers", "lost_customers", "dormant_customers"], "by": ["time.month"]}
-- Everything is told by how many customers were active in a month and then in which one again.
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
  SELECT month, LEAD(month) OVER (PARTITION BY customer_id ORDER BY month) AS following_month
  FROM months
  WHERE amount > 0
), spans AS (
  SELECT month, following_month, COUNT(*) AS customers FROM followed GROUP BY 1, 2
), periods AS (
  SELECT DISTINCT month FROM months
)
SELECT
  periods.month,
  COALESCE(SUM(spans.customers) FILTER (WHERE spans.month = periods.month), 0),
  COALESCE(SUM(spans.customers) FILTER (
    WHERE spans.month = periods.month - INTERVAL 1 MONTH
      AND (spans.following_month IS NULL OR spans.following_month > periods.month)), 0),
  COALESCE(SUM(spans.customers) FILTER (
    WHERE spans.month <= periods.month - INTERVAL 2 MONTH
      AND (spans.following_month IS NULL OR spans.following_month > periods.month)), 0)
FROM periods
LEFT JOIN spans
  ON spans.month <= periods.month
GROUP BY 1
ORDER BY 1
