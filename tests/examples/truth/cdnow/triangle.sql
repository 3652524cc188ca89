-- {"metrics": ["retention", "retained_customers"], "by": ["time.month", "since.month"]}
WITH cohorts AS (SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS cohort, customer_id FROM firsts),
active AS (SELECT DISTINCT customer_id, CAST(DATE_TRUNC('month', day) AS DATE) AS month FROM visits)
SELECT
  cohort,
  DATE_DIFF('month', cohort, m.month) AS since,
  COUNT(a.customer_id) / COUNT(*),
  COUNT(a.customer_id)
FROM cohorts
JOIN months AS m ON m.month >= cohort AND m.month <= (SELECT MAX(day) FROM visits)
LEFT JOIN active AS a ON a.customer_id = cohorts.customer_id AND a.month = m.month
GROUP BY cohort, m.month
ORDER BY cohort, since
