-- {"metrics": ["value_of_customers", "value_of_last_month"], "by": ["time.quarter"], "time": "1997"}
WITH came AS (SELECT DISTINCT customer_id, DATE_TRUNC('month', day) AS month FROM visits),
snapshots AS (
  SELECT c.customer_id, c.month, DATE_TRUNC('quarter', c.month) AS quarter, SUM(v.amount) AS amount
  FROM came AS c
  JOIN visits AS v ON v.customer_id = c.customer_id AND v.day < c.month + INTERVAL 1 MONTH
  WHERE YEAR(c.month) = 1997
  GROUP BY ALL
), latest AS (
  SELECT quarter, customer_id, MAX_BY(amount, month) AS amount FROM snapshots GROUP BY ALL
)
SELECT
  CAST(quarter AS DATE),
  (SELECT SUM(amount) FROM latest WHERE latest.quarter = s.quarter),
  SUM(amount) FILTER (WHERE month = (SELECT MAX(month) FROM snapshots AS o WHERE o.quarter = s.quarter))
FROM snapshots AS s
GROUP BY quarter
ORDER BY quarter
