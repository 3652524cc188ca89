-- {"metrics": ["points", "points_of_last_month", "average_points"], "by": ["time.quarter"], "time": "2017"}
WITH months AS (SELECT DATE_TRUNC('quarter', month) AS quarter, month, SUM(points) AS points FROM balances GROUP BY ALL),
each AS (SELECT DATE_TRUNC('quarter', month) AS quarter, household_id, MAX_BY(points, month) AS points FROM balances GROUP BY ALL)
SELECT
  CAST(quarter AS DATE),
  (SELECT SUM(points) FROM each WHERE each.quarter = months.quarter),
  MAX_BY(points, month),
  AVG(points)
FROM months
WHERE YEAR(quarter) = 2017
GROUP BY quarter
ORDER BY quarter
