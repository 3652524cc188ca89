-- {"metrics": ["households", "households_28d", "households_3m", "households_so_far", "sales_qtd"], "by": ["time.month"], "time": "2017-09..2017-12"}
SELECT
  month,
  COUNT(DISTINCT household_id) FILTER (WHERE day >= month),
  COUNT(DISTINCT household_id) FILTER (WHERE day >= ends - 28),
  COUNT(DISTINCT household_id) FILTER (WHERE day >= ends - INTERVAL 3 MONTH),
  COUNT(DISTINCT household_id),
  SUM(net_sales) FILTER (WHERE day >= DATE_TRUNC('quarter', month))
FROM months
JOIN household_days ON day < ends
WHERE month BETWEEN DATE '2017-09-01' AND DATE '2017-12-01'
GROUP BY month, ends
ORDER BY month
