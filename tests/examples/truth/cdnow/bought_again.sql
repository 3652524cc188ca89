-- {"metrics": ["new_customers", "repurchase_rate_3m", "days_to_repurchase", "repurchasers_ever"], "by": ["time.month"], "time": "1997-Q1"}
WITH again AS (
  SELECT f.customer_id, f.day, MIN(v.day) AS next
  FROM firsts AS f
  LEFT JOIN visits AS v ON v.customer_id = f.customer_id AND v.day > f.day
  GROUP BY ALL
)
SELECT
  CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  COUNT(*),
  COUNT(*) FILTER (WHERE next <= day + INTERVAL 3 MONTH) / COUNT(*),
  MEDIAN(CAST(next - day AS DOUBLE)) FILTER (WHERE next <= day + INTERVAL 3 MONTH),
  COUNT(next)
FROM again
GROUP BY month
ORDER BY month
