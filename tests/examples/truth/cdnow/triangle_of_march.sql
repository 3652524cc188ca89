-- {"metrics": ["retention", "retained_customers"], "by": ["time.month", "since.month"], "time": "1997-03"}
WITH cohort AS (SELECT customer_id FROM firsts WHERE day BETWEEN DATE '1997-03-01' AND DATE '1997-03-31'),
active AS (SELECT DISTINCT customer_id, YEAR(day) * 12 + MONTH(day) AS month FROM visits)
SELECT
  DATE '1997-03-01',
  since,
  COUNT(a.customer_id) / (SELECT COUNT(*) FROM cohort),
  COUNT(a.customer_id)
FROM RANGE(16) AS ages(since)
LEFT JOIN (SELECT * FROM active SEMI JOIN cohort USING (customer_id)) AS a ON a.month = 1997 * 12 + 3 + since
GROUP BY since
ORDER BY since
