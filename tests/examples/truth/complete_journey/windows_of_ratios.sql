-- {"metrics": ["buyers_3m", "share_above_200_3m", "discount_rate_3m", "median_spend_3m", "median_basket_3m"], "by": ["time.month"], "time": "2017-10..2017-12"}
WITH seen AS (
  SELECT month, basket_id, household_id, sales_value, retail_disc + coupon_match_disc AS discount
  FROM months
  JOIN lines ON day < ends AND day >= ends - INTERVAL 3 MONTH
  WHERE month BETWEEN DATE '2017-10-01' AND DATE '2017-12-01'
), spent AS (
  SELECT month, household_id, SUM(sales_value) AS amount FROM seen GROUP BY ALL
), totals AS (
  SELECT month, basket_id, SUM(sales_value) AS total FROM seen GROUP BY ALL
)
SELECT
  month,
  COUNT(*) FILTER (WHERE amount > 0),
  COUNT(*) FILTER (WHERE amount > 200) / COUNT(*) FILTER (WHERE amount > 0),
  (SELECT CAST(SUM(discount) AS DOUBLE) / SUM(sales_value + discount) FROM seen WHERE seen.month = spent.month),
  MEDIAN(CAST(amount AS DOUBLE)) FILTER (WHERE amount > 0),
  (SELECT MEDIAN(CAST(total AS DOUBLE)) FROM totals WHERE totals.month = spent.month)
FROM spent
GROUP BY month
ORDER BY month
