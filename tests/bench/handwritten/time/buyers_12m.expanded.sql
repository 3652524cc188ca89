-- {"metrics": ["buyers_12m"], "by": ["time.month"]}
-- Each month of a customer counts in twelve months.
WITH monthly AS (
  SELECT
    customer_id,
    CAST(DATE_DIFF('month', DATE '2022-01-01', bought_at) AS SMALLINT) AS month,
    SUM(amount) AS net
  FROM purchases
  WHERE customer_id IS NOT NULL
  GROUP BY ALL
), windows AS (
  SELECT customer_id, month + RANGE AS month, SUM(net) AS net
  FROM monthly, RANGE(12)
  WHERE month + RANGE < 36
  GROUP BY ALL
)
SELECT CAST(DATE '2022-01-01' + TO_MONTHS(CAST(month AS INTEGER)) AS DATE), COUNT(*)
FROM windows
WHERE net > 0
GROUP BY ALL
ORDER BY 1
