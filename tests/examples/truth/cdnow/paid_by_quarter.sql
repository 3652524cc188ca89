-- {"metrics": ["price_per_cd", "cds"], "by": ["time.quarter", "purchases.bought_on.day_of_week"], "where": "not purchases.is_free and purchases.bought_on < date '1998-01-01'"}
SELECT
  CAST(DATE_TRUNC('quarter', date) AS DATE) AS quarter,
  ISODOW(date) AS day_of_week,
  CAST(SUM(dollar_value) AS DOUBLE) / SUM(number_of_cds),
  SUM(number_of_cds)
FROM purchases
WHERE dollar_value <> 0 AND YEAR(date) = 1997
GROUP BY quarter, day_of_week
ORDER BY quarter, day_of_week
