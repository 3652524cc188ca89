-- {"metrics": ["shelf_sales", "sales_per_household_day", "sales_so_far"], "by": ["time.quarter"], "time": "2017-Q2..2017-Q3"}
WITH quarters AS (SELECT DATE '2017-04-01' AS starts, DATE '2017-07-01' AS ends UNION ALL SELECT DATE '2017-07-01', DATE '2017-10-01')
SELECT
  starts,
  (SELECT SUM(sales_value + retail_disc + coupon_match_disc) FROM lines WHERE day >= starts AND day < ends),
  (SELECT CAST(SUM(net_sales) AS DOUBLE) / COUNT(*) FROM household_days WHERE day >= starts AND day < ends),
  (SELECT SUM(net_sales) FROM household_days WHERE day < ends)
FROM quarters
ORDER BY starts
