-- {"metrics": ["average_basket_value"], "by": ["time.month"], "time": "2017-01..2017-06"}
SELECT CAST(DATE_TRUNC('month', bought_at) AS DATE) AS month, CAST(SUM(total) AS DOUBLE) / COUNT(*)
FROM (SELECT basket_id, MIN(transaction_timestamp) AS bought_at, SUM(sales_value) AS total FROM transactions GROUP BY basket_id)
WHERE bought_at >= TIMESTAMP '2017-01-01' AND bought_at < TIMESTAMP '2017-07-01'
GROUP BY month
ORDER BY month
