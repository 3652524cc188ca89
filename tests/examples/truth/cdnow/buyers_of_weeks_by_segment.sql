-- {"metrics": ["buyers_3m", "paying_customers_3m"], "by": ["time.week", "scores.segment"], "time": "1998-05"}
WITH weeks AS (SELECT CAST(range AS DATE) AS week FROM RANGE(DATE '1998-04-27', DATE '1998-05-26', INTERVAL 7 DAY)),
spent AS (
  SELECT week, segment, customer_id, SUM(dollar_value) AS amount
  FROM weeks
  JOIN purchases ON date < LEAST(week + 7, DATE '1998-06-01') AND date >= week + 7 - INTERVAL 3 MONTH
  JOIN scored USING (customer_id)
  GROUP BY ALL
)
SELECT week, segment, COUNT(*), COUNT(*) FILTER (WHERE amount > 0)
FROM spent
GROUP BY week, segment
ORDER BY week, segment
