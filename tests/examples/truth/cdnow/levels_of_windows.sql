-- {"metrics": ["buyers_3m", "sales_3m", "share_of_segment_3m", "segment_place_3m"], "by": ["time.month", "scores.segment"], "time": "1998-05..1998-06"}
WITH seen AS (
  SELECT month, segment, customer_id, SUM(dollar_value) AS amount
  FROM months
  JOIN purchases ON date < ends AND date >= ends - INTERVAL 3 MONTH
  JOIN scored USING (customer_id)
  WHERE month IN (DATE '1998-05-01', DATE '1998-06-01')
  GROUP BY ALL
), cells AS (
  SELECT month, segment, COUNT(*) AS buyers, SUM(amount) AS sales FROM seen GROUP BY ALL
)
SELECT
  month,
  segment,
  buyers,
  sales,
  CAST(sales AS DOUBLE) / (SELECT SUM(sales) FROM cells AS o WHERE o.month = cells.month),
  1 + (SELECT COUNT(*) FROM cells AS o WHERE o.month = cells.month AND o.sales > cells.sales)
FROM cells
ORDER BY month, segment
