-- {"metrics": ["buyers_28d", "sales_28d"], "by": ["time.day"], "time": "1997-12-20..1998-01-10"}
WITH days AS (SELECT CAST(range AS DATE) AS day FROM RANGE(DATE '1997-12-20', DATE '1998-01-11', INTERVAL 1 DAY))
SELECT day, COUNT(DISTINCT customer_id), SUM(dollar_value)
FROM days
JOIN purchases ON date <= day AND date > day - 28
GROUP BY day
ORDER BY day
