-- {"metrics": ["sales", "sales_3p", "sales_retail_ytd", "sales_retail_before", "households_3p"], "by": ["time.retail_month"], "time": "2017-10-02..2017-12-31"}
WITH retail AS (
  SELECT '2017-P10' AS name, DATE '2017-10-02' AS starts, DATE '2017-10-29' AS ends, DATE '2017-07-31' AS three, DATE '2017-08-28' AS before
  UNION ALL SELECT '2017-P11', DATE '2017-10-30', DATE '2017-11-26', DATE '2017-08-28', DATE '2017-10-02'
  UNION ALL SELECT '2017-P12', DATE '2017-11-27', DATE '2017-12-31', DATE '2017-10-02', DATE '2017-10-30'
)
SELECT
  name,
  SUM(net_sales) FILTER (WHERE day >= starts),
  SUM(net_sales) FILTER (WHERE day >= three),
  SUM(net_sales) FILTER (WHERE day >= DATE '2017-01-02'),
  SUM(net_sales) FILTER (WHERE day >= before AND day < starts),
  COUNT(DISTINCT household_id) FILTER (WHERE day >= three)
FROM retail
JOIN household_days ON day <= ends
GROUP BY name
ORDER BY name
