-- {"metrics": ["discount_rate", "discounts"], "by": ["products.department"], "having": "discounts > 1000", "order": ["-discounts"]}
SELECT
  department,
  CAST(SUM(retail_disc) + SUM(coupon_match_disc) AS DOUBLE)
    / NULLIF(SUM(sales_value) + SUM(retail_disc) + SUM(coupon_match_disc), 0),
  SUM(retail_disc) + SUM(coupon_match_disc) AS discounts
FROM transactions
LEFT JOIN products USING (product_id)
GROUP BY department
HAVING discounts > 1000
ORDER BY discounts DESC
