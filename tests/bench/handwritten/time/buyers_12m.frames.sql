-- {"metrics": ["buyers_12m"], "by": ["time.month"]}
-- What a customer spent in twelve months changes only in the months of purchases, and twelve months later.
WITH monthly AS (
  SELECT
    customer_id,
    CAST(DATE_DIFF('month', DATE '2022-01-01', bought_at) AS SMALLINT) AS month,
    SUM(amount) AS net
  FROM purchases
  WHERE customer_id IS NOT NULL
  GROUP BY ALL
), points AS (
  FROM monthly
  UNION ALL
  SELECT customer_id, month + 12, 0 FROM monthly WHERE month < 24
), states AS (
  SELECT
    month,
    SUM(net) OVER (months RANGE BETWEEN 11 PRECEDING AND CURRENT ROW) AS net,
    LEAD(month, 1, 36) OVER months AS until
  FROM points
  WINDOW months AS (PARTITION BY customer_id ORDER BY month)
), spans AS (
  SELECT month, until, COUNT(*) AS buyers FROM states WHERE net > 0 AND month < until GROUP BY ALL
)
SELECT CAST(DATE '2022-01-01' + TO_MONTHS(RANGE) AS DATE), CAST(SUM(buyers) AS BIGINT)
FROM RANGE(36)
JOIN spans ON month <= RANGE AND RANGE < until
GROUP BY RANGE
ORDER BY RANGE
