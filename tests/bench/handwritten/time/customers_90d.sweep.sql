-- {"metrics": ["customers_90d"], "by": ["time.day"]}
-- A customer is there from each day of buying until the next one, or for ninety days.
WITH bought AS (
  SELECT DISTINCT customer_id, CAST(bought_at AS DATE) AS day FROM purchases WHERE customer_id IS NOT NULL
), spans AS (
  SELECT
    day,
    LEAST(day + 90, LEAD(day, 1, DATE '9999-01-01') OVER (PARTITION BY customer_id ORDER BY day)) AS gone
  FROM bought
), changes AS (
  SELECT day, COUNT(*) AS change FROM spans GROUP BY day
  UNION ALL
  SELECT gone, -COUNT(*) FROM spans GROUP BY gone
), daily AS (
  SELECT day, SUM(change) AS change FROM changes GROUP BY day
)
SELECT day, CAST(SUM(change) OVER (ORDER BY day) AS BIGINT)
FROM daily
QUALIFY day < DATE '2025-01-01'
ORDER BY day
