-- {"metrics": ["buyers", "median_spend", "share_above_200"], "by": ["time.quarter"], "time": "2017"}
WITH spent AS (
  SELECT CAST(DATE_TRUNC('quarter', day) AS DATE) AS quarter, household_id, SUM(net_sales) AS amount
  FROM household_days
  WHERE YEAR(day) = 2017
  GROUP BY ALL
)
SELECT quarter, COUNT(*), MEDIAN(CAST(amount AS DOUBLE)), COUNT(*) FILTER (WHERE amount > 200) / COUNT(*)
FROM spent
WHERE amount > 0
GROUP BY quarter
ORDER BY quarter
