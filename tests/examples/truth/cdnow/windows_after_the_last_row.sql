-- {"metrics": ["sales_3m", "buyers_3m"], "by": ["time.month"], "time": "1998-06..1998-10", "fill": true}
SELECT month, COALESCE(SUM(dollar_value), 0), COUNT(DISTINCT customer_id)
FROM months
LEFT JOIN purchases ON date < ends AND date >= ends - INTERVAL 3 MONTH
WHERE month BETWEEN DATE '1998-06-01' AND DATE '1998-10-01'
GROUP BY month
ORDER BY month
