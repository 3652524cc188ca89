-- {"metrics": ["households_28d", "sales_3m", "buyers_3m"], "by": ["time.week", "products.department"], "time": "2017-03", "where": "products.department in ('FLORAL', 'DELI', 'SEAFOOD')"}
WITH weeks AS (SELECT CAST(range AS DATE) AS starts, LEAST(CAST(range AS DATE) + 7, DATE '2017-04-01') AS known FROM RANGE(DATE '2017-02-27', DATE '2017-04-01', INTERVAL 7 DAY)),
spent AS (
  SELECT starts, department, household_id, SUM(sales_value) AS amount, MAX(day) >= starts + 7 - 28 AS lately
  FROM weeks
  JOIN lines ON day < known AND day >= starts + 7 - INTERVAL 3 MONTH
  WHERE department IN ('FLORAL', 'DELI', 'SEAFOOD')
  GROUP BY starts, department, household_id
)
SELECT starts, department, COUNT(*) FILTER (WHERE lately), SUM(amount), COUNT(*) FILTER (WHERE amount > 0)
FROM spent
GROUP BY starts, department
ORDER BY starts, department
