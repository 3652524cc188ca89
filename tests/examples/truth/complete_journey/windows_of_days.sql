-- {"metrics": ["sales_28d", "households_28d"], "by": ["time.day"], "time": "2017-12-24..2017-12-31"}
WITH days AS (SELECT CAST(range AS DATE) AS last FROM RANGE(DATE '2017-12-24', DATE '2018-01-01', INTERVAL 1 DAY))
SELECT last, SUM(net_sales), COUNT(DISTINCT household_id)
FROM days
JOIN household_days ON day <= last AND day > last - 28
GROUP BY last
ORDER BY last
