-- {"metrics": ["sales", "coupon_redemptions", "baskets"], "by": ["households.household_scores.segment"], "time": "2017-12"}
WITH sold AS (
  SELECT segment, SUM(sales_value) AS sales, COUNT(DISTINCT basket_id) AS baskets
  FROM lines JOIN scored USING (household_id)
  WHERE day BETWEEN DATE '2017-12-01' AND DATE '2017-12-31'
  GROUP BY segment
), redeemed AS (
  SELECT segment, COUNT(*) AS n
  FROM coupon_redemptions JOIN scored USING (household_id)
  WHERE redemption_date BETWEEN DATE '2017-12-01' AND DATE '2017-12-31'
  GROUP BY segment
)
SELECT segment, sales, COALESCE(n, 0), baskets
FROM sold
LEFT JOIN redeemed USING (segment)
ORDER BY segment
