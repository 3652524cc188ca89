-- {"metrics": ["sales", "baskets"], "by": ["stores.store_id"], "time": "2017-Q4", "order": ["-sales"], "limit": 10}
SELECT store_id, SUM(sales_value) AS sales, COUNT(DISTINCT basket_id)
FROM transactions
WHERE transaction_timestamp BETWEEN TIMESTAMP '2017-10-01' AND TIMESTAMP '2017-12-31 23:59:59.999999'
GROUP BY store_id
ORDER BY sales DESC
LIMIT 10
