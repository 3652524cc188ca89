-- {"metrics": ["new_customers", "customers_so_far", "active_rate_3m"], "by": ["time.month"], "time": "1997-02..1997-06", "fill": true}
WITH spent AS (
  SELECT month, customer_id, SUM(dollar_value) AS amount
  FROM months JOIN purchases ON date < ends AND date >= ends - INTERVAL 3 MONTH
  GROUP BY ALL
), counts AS (
  SELECT
    month,
    (SELECT COUNT(*) FROM firsts WHERE day >= month AND day < ends) AS new,
    (SELECT COUNT(*) FROM firsts WHERE day < ends) AS ever,
    (SELECT COUNT(*) FROM spent WHERE spent.month = months.month AND amount > 0) AS active
  FROM months
)
SELECT month, new, ever, active / ever
FROM counts
WHERE month BETWEEN DATE '1997-02-01' AND DATE '1997-06-01'
ORDER BY month
