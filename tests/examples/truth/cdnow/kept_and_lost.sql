-- {"metrics": ["paying_customers", "kept_customers", "lost_customers", "kept_rate", "frequent_customers"], "by": ["time.month"], "time": "1997-12..1998-06"}
WITH spent AS (
  SELECT
    month,
    customer_id,
    COALESCE(SUM(dollar_value) FILTER (WHERE date >= month), 0) AS now,
    COALESCE(SUM(dollar_value) FILTER (WHERE date < month AND date >= month - INTERVAL 1 MONTH), 0) AS before,
    SUM(dollar_value) FILTER (WHERE date >= ends - INTERVAL 3 MONTH) AS quarter
  FROM months
  JOIN purchases ON date < ends AND date >= ends - INTERVAL 4 MONTH
  GROUP BY month, ends, customer_id
)
SELECT
  month,
  COUNT(*) FILTER (WHERE now > 0),
  COUNT(*) FILTER (WHERE now > 0 AND before > 0),
  COUNT(*) FILTER (WHERE now <= 0 AND before > 0),
  COUNT(*) FILTER (WHERE now > 0 AND before > 0) / NULLIF(COUNT(*) FILTER (WHERE before > 0), 0),
  COUNT(*) FILTER (WHERE quarter > 100)
FROM spent
WHERE month BETWEEN DATE '1997-12-01' AND DATE '1998-06-01'
GROUP BY month
ORDER BY month
