-- {"metrics": ["buyers", "buyers_28d", "buyers_3m", "paying_customers_3m", "paying_customers_12m"], "by": ["time.month"], "time": "1998-01..1998-06"}
WITH spent AS (
  SELECT
    month,
    customer_id,
    MAX(date) >= month AS now,
    MAX(date) >= ends - 28 AS days,
    SUM(dollar_value) AS year,
    SUM(dollar_value) FILTER (WHERE date >= ends - INTERVAL 3 MONTH) AS quarter
  FROM months
  JOIN purchases ON date < ends AND date >= ends - INTERVAL 12 MONTH
  WHERE month BETWEEN DATE '1998-01-01' AND DATE '1998-06-01'
  GROUP BY month, ends, customer_id
)
SELECT
  month,
  COUNT(*) FILTER (WHERE now),
  COUNT(*) FILTER (WHERE days),
  COUNT(quarter),
  COUNT(*) FILTER (WHERE quarter > 0),
  COUNT(*) FILTER (WHERE year > 0)
FROM spent
GROUP BY month
ORDER BY month
