-- {"metrics": ["sales", "sales_ly", "sales_growth"], "by": ["time.quarter"], "time": "1998"}
WITH quarters AS (SELECT CAST(DATE_TRUNC('quarter', date) AS DATE) AS quarter, SUM(dollar_value) AS sales FROM purchases GROUP BY quarter)
SELECT quarter, now.sales, before.sales, CAST(now.sales AS DOUBLE) / before.sales - 1
FROM (SELECT quarter, sales FROM quarters WHERE YEAR(quarter) = 1998) AS now
FULL JOIN (SELECT CAST(quarter + INTERVAL 1 YEAR AS DATE) AS quarter, sales FROM quarters WHERE YEAR(quarter) = 1997) AS before
  USING (quarter)
ORDER BY quarter
