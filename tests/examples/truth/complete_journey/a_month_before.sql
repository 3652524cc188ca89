-- {"metrics": ["sales", "sales_before", "sales_change", "sales_growth"], "by": ["time.month"], "time": "2017-01..2017-06"}
SELECT month, now.sales, before.sales, now.sales - before.sales, CAST(now.sales AS DOUBLE) / before.sales - 1
FROM (SELECT CAST(DATE_TRUNC('month', day) AS DATE) AS month, SUM(net_sales) AS sales FROM household_days GROUP BY month) AS now
LEFT JOIN (
  SELECT CAST(DATE_TRUNC('month', day) + INTERVAL 1 MONTH AS DATE) AS month, SUM(net_sales) AS sales FROM household_days GROUP BY month
) AS before USING (month)
WHERE month BETWEEN DATE '2017-01-01' AND DATE '2017-06-30'
ORDER BY month
