-- {"metrics": ["cohort_retention_rate"], "by": ["time.month", "since.month"]}
WITH days AS (
  SELECT bought.customer_id, bought.day, SUM(order_lines.amount) AS amount
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(ordered_at AS DATE) AS day FROM orders WHERE customer_id IS NOT NULL
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY 1, 2
), months AS (
  SELECT customer_id, CAST(DATE_TRUNC('month', day) AS DATE) AS month
  FROM days
  WHERE amount > 0
  GROUP BY 1, 2
), firsts AS (
  SELECT customer_id, MIN(month) AS cohort FROM months GROUP BY 1
), active AS (
  SELECT firsts.cohort, months.month, COUNT(*) AS customers
  FROM months
  INNER JOIN firsts
    ON firsts.customer_id = months.customer_id
  GROUP BY 1, 2
), cohorts AS (
  SELECT cohort, customers FROM active WHERE month = cohort
), periods AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(cohort), MAX(month), INTERVAL 1 MONTH)) AS DATE) AS month FROM active
)
SELECT
  cohorts.cohort,
  DATE_DIFF('month', cohorts.cohort, periods.month) AS since,
  COALESCE(active.customers, 0) / cohorts.customers
FROM cohorts
INNER JOIN periods
  ON periods.month >= cohorts.cohort
LEFT JOIN active
  ON active.cohort = cohorts.cohort AND active.month = periods.month
ORDER BY 1, 2
