-- {"metrics": ["sales", "lines", "discount_rate"], "by": ["time.month"]}
-- By day first: a DATE is a small integer, which DuckDB groups four times faster than a truncated timestamp.
WITH days AS (
  SELECT
    CAST(transaction_timestamp AS DATE) AS day,
    SUM(sales_value) AS sales,
    COUNT(*) AS lines,
    SUM(retail_disc + coupon_match_disc) AS discounts,
    SUM(sales_value + retail_disc + coupon_match_disc) AS shelf_sales
  FROM transactions
  GROUP BY day
)
SELECT
  CAST(DATE_TRUNC('month', day) AS DATE) AS month,
  SUM(sales),
  CAST(SUM(lines) AS BIGINT),
  CAST(SUM(discounts) AS DOUBLE) / NULLIF(SUM(shelf_sales), 0)
FROM days
GROUP BY month
ORDER BY month
