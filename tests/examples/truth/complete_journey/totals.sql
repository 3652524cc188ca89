-- {"metrics": ["sales", "baskets", "households", "household_days", "household_days_positive"]}
SELECT
  (SELECT SUM(sales_value) FROM transactions),
  (SELECT COUNT(DISTINCT basket_id) FROM transactions),
  (SELECT COUNT(DISTINCT household_id) FROM transactions),
  (SELECT COUNT(*) FROM (SELECT DISTINCT household_id, CAST(transaction_timestamp AS DATE) FROM transactions)),
  (
    SELECT COUNT(*)
    FROM (
      SELECT 1
      FROM transactions
      GROUP BY household_id, CAST(transaction_timestamp AS DATE)
      HAVING SUM(sales_value) > 0
    )
  )
