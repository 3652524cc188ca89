-- {"metrics": ["sales", "sales_last_week"], "by": ["time.day", "households.has_demographics"], "time": "2017-01-05..2017-01-10"}
WITH sold AS (
  SELECT day, has_demographics AS known, SUM(net_sales) AS sales
  FROM household_days JOIN households USING (household_id)
  GROUP BY ALL
)
SELECT COALESCE(now.day, before.day + 7) AS d, COALESCE(now.known, before.known) AS k, now.sales, before.sales
FROM (SELECT * FROM sold WHERE day BETWEEN DATE '2017-01-05' AND DATE '2017-01-10') AS now
FULL JOIN (SELECT * FROM sold WHERE day BETWEEN DATE '2016-12-29' AND DATE '2017-01-03') AS before
  ON now.day = before.day + 7 AND now.known = before.known
ORDER BY d, k
