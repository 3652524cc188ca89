-- {"metrics": ["sales_3m", "sales_ytd", "price_per_cd_3m", "median_spend_3m"], "by": ["time.month"]}
WITH seen AS (SELECT * FROM months JOIN purchases ON date < ends AND date >= ends - INTERVAL 3 MONTH WHERE month < DATE '1998-07-01'),
spent AS (SELECT month, customer_id, SUM(dollar_value) AS amount FROM seen GROUP BY ALL HAVING amount > 0),
medians AS (SELECT month, MEDIAN(CAST(amount AS DOUBLE)) AS middle FROM spent GROUP BY month)
SELECT
  month,
  SUM(dollar_value),
  (SELECT SUM(dollar_value) FROM purchases WHERE date < ends AND YEAR(date) = YEAR(month)),
  CAST(SUM(dollar_value) AS DOUBLE) / SUM(number_of_cds),
  ANY_VALUE(middle)
FROM seen
JOIN medians USING (month)
GROUP BY month, ends
ORDER BY month
