-- {"metrics": ["sales", "coupon_redemptions"], "by": ["time.month"]}
WITH shopping AS (
  SELECT DATE_TRUNC('month', day) AS month, SUM(sales) AS sales
  FROM (
    SELECT CAST(transaction_timestamp AS DATE) AS day, SUM(sales_value) AS sales FROM transactions GROUP BY day
  )
  GROUP BY month
), coupons AS (
  SELECT DATE_TRUNC('month', redemption_date) AS month, COUNT(*) AS redemptions
  FROM coupon_redemptions
  GROUP BY month
)
SELECT CAST(month AS DATE), sales, COALESCE(redemptions, 0)
FROM shopping
FULL JOIN coupons USING (month)
ORDER BY month
