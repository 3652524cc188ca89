-- {"metrics": ["sales", "coupon_redemptions", "redemptions_per_1000_baskets"], "by": ["time.month"]}
WITH shopping AS (
  SELECT
    STRFTIME(transaction_timestamp, '%Y-%m') AS month,
    SUM(sales_value) AS sales,
    COUNT(DISTINCT basket_id) AS baskets
  FROM transactions
  GROUP BY month
), coupons AS (
  SELECT STRFTIME(redemption_date, '%Y-%m') AS month, COUNT(*) AS redemptions
  FROM coupon_redemptions
  GROUP BY month
)
SELECT
  CAST(COALESCE(shopping.month, coupons.month) || '-01' AS DATE) AS month,
  sales,
  COALESCE(redemptions, 0),
  1000.0 * COALESCE(redemptions, 0) / baskets
FROM shopping
FULL JOIN coupons USING (month)
ORDER BY month
