-- {"metrics": ["sales_ytd", "sales_ytd_ly"], "by": ["time.month"], "time": "1998-01..1998-03"}
SELECT
  month,
  (SELECT SUM(dollar_value) FROM purchases WHERE YEAR(date) = 1998 AND date < ends),
  (SELECT SUM(dollar_value) FROM purchases WHERE YEAR(date) = 1997 AND date < ends - INTERVAL 1 YEAR)
FROM months
WHERE month BETWEEN DATE '1998-01-01' AND DATE '1998-03-01'
ORDER BY month
