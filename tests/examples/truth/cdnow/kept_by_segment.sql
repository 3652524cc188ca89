-- {"metrics": ["kept_rate", "sales_month_before"], "by": ["time.month", "scores.segment"], "time": "1998-03"}
WITH spent AS (
  SELECT
    segment,
    customer_id,
    COALESCE(SUM(dollar_value) FILTER (WHERE MONTH(date) = 3), 0) AS now,
    SUM(dollar_value) FILTER (WHERE MONTH(date) = 2) AS before
  FROM purchases
  JOIN scored USING (customer_id)
  WHERE date BETWEEN DATE '1998-02-01' AND DATE '1998-03-31'
  GROUP BY ALL
)
SELECT DATE '1998-03-01', segment, COUNT(*) FILTER (WHERE now > 0 AND before > 0) / NULLIF(COUNT(*) FILTER (WHERE before > 0), 0), SUM(before)
FROM spent
GROUP BY segment
ORDER BY segment
