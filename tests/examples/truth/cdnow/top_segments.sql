-- {"metrics": ["sales", "buyers", "median_spend"], "by": ["scores.segment"], "top": "2 scores.segment by sales else the rest", "order": ["-sales"]}
WITH best AS (
  SELECT segment FROM purchases JOIN scored USING (customer_id) GROUP BY segment ORDER BY SUM(dollar_value) DESC, segment LIMIT 2
), spent AS (
  SELECT
    CASE WHEN segment IN (FROM best) THEN segment ELSE 'the rest' END AS segment,
    customer_id,
    SUM(dollar_value) AS amount
  FROM purchases
  JOIN scored USING (customer_id)
  GROUP BY ALL
)
SELECT segment, SUM(amount) AS sales, COUNT(*), MEDIAN(CAST(amount AS DOUBLE)) FILTER (WHERE amount > 0)
FROM spent
GROUP BY segment
ORDER BY sales DESC
