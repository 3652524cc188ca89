-- {"metrics": ["buyers_12m"], "by": ["time.month"]}
-- A running sum from which each month is taken off again twelve months later, and how it changes who buys.
WITH monthly AS (
  SELECT CAST(DATE_TRUNC('month', bought_at) AS DATE) AS month, customer_id, SUM(amount) AS net
  FROM purchases
  WHERE customer_id IS NOT NULL
  GROUP BY ALL
), points AS (
  FROM monthly
  UNION ALL
  SELECT CAST(month + INTERVAL 12 MONTHS AS DATE), customer_id, -net FROM monthly
), states AS (
  SELECT
    month,
    SUM(net) OVER (PARTITION BY customer_id ORDER BY month) AS net,
    LEAD(month) OVER (PARTITION BY customer_id ORDER BY month) AS until
  FROM points
), spans AS (
  SELECT month, until, COUNT(*) AS buyers FROM states WHERE net > 0 AND month < until GROUP BY ALL
), changes AS (
  SELECT month, buyers FROM spans
  UNION ALL
  SELECT until, -buyers FROM spans
), summed AS (
  SELECT month, SUM(buyers) AS buyers FROM changes GROUP BY month
)
SELECT month, CAST(SUM(buyers) OVER (ORDER BY month) AS BIGINT)
FROM summed
QUALIFY month < DATE '2025-01-01'
ORDER BY month
