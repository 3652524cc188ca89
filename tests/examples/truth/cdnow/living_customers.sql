-- {"metrics": ["living_customers_start", "living_customers"], "by": ["time.quarter"], "time": "1997-Q1..1998-Q2"}
WITH lives AS (SELECT customer_id, MIN(day) AS begun, MAX(day) + 90 AS gone FROM visits GROUP BY customer_id),
quarters AS (
  SELECT month AS quarter, CAST(month + INTERVAL 3 MONTH AS DATE) AS ends
  FROM months
  WHERE MONTH(month) IN (1, 4, 7, 10) AND month < DATE '1998-07-01'
)
SELECT
  quarter,
  COUNT(*) FILTER (WHERE begun <= quarter AND gone > quarter),
  COUNT(*) FILTER (WHERE begun < ends AND gone >= ends)
FROM quarters, lives
GROUP BY quarter
ORDER BY quarter
