-- {"metrics": ["buyers_3m", "discount_rate_3m", "sales_before"], "by": ["time.month", "products.department"], "top": "2 products.department by buyers else others", "time": "2017-11..2017-12"}
WITH spent AS (
  SELECT department, household_id
  FROM lines
  WHERE department IS NOT NULL AND day BETWEEN DATE '2017-11-01' AND DATE '2017-12-31'
  GROUP BY department, household_id
  HAVING SUM(sales_value) > 0
), best AS (
  SELECT department FROM spent GROUP BY department ORDER BY COUNT(*) DESC, department LIMIT 2
), named AS (
  SELECT IF(department IN (SELECT department FROM best), department, 'others') AS department, day, household_id, sales_value, retail_disc + coupon_match_disc AS discount
  FROM lines
), seen AS (
  SELECT month, department, household_id, SUM(sales_value) AS amount, SUM(discount) AS discount
  FROM months JOIN named ON day < ends AND day >= ends - INTERVAL 3 MONTH
  WHERE month IN (DATE '2017-11-01', DATE '2017-12-01')
  GROUP BY ALL
)
SELECT
  month,
  department,
  COUNT(*) FILTER (WHERE amount > 0),
  CAST(SUM(discount) AS DOUBLE) / NULLIF(SUM(amount + discount), 0),
  (SELECT SUM(sales_value) FROM named AS n WHERE n.department = seen.department AND n.day >= month - INTERVAL 1 MONTH AND n.day < month)
FROM seen
GROUP BY month, department
ORDER BY month, department
