-- {"metrics": ["sales", "households"], "by": ["time.week"], "where": "products.department = 'FLORAL'", "time": "2017-01-02..2021-04-04", "fill": true}
WITH flowers AS (
  SELECT
    DATE_TRUNC('week', transaction_timestamp) AS week,
    SUM(sales_value) AS sales,
    COUNT(DISTINCT household_id) AS households
  FROM transactions
  JOIN products USING (product_id)
  WHERE department = 'FLORAL'
    AND transaction_timestamp >= TIMESTAMP '2017-01-02'
    AND transaction_timestamp < TIMESTAMP '2021-04-05'
  GROUP BY 1
), weeks AS (
  SELECT RANGE AS week FROM RANGE(TIMESTAMP '2017-01-02', TIMESTAMP '2021-04-05', INTERVAL 7 DAYS)
)
SELECT CAST(week AS DATE), sales, COALESCE(households, 0)
FROM weeks
LEFT JOIN flowers USING (week)
ORDER BY week
