-- {"metrics": ["sales", "baskets"], "by": ["stores.store_id"], "time": "2018-Q4", "order": ["-sales"], "limit": 10}
WITH totals AS (
  SELECT store_id, SUM(sales_value) AS total
  FROM transactions
  WHERE transaction_timestamp >= TIMESTAMP '2018-10-01' AND transaction_timestamp < TIMESTAMP '2019-01-01'
  GROUP BY store_id, basket_id
)
SELECT store_id, SUM(total) AS sales, COUNT(*)
FROM totals
GROUP BY store_id
ORDER BY sales DESC
LIMIT 10
