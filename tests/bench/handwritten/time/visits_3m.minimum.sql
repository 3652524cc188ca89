-- {"metrics": ["visits_3m"], "by": ["time.month"]}
-- The least visit so far, going back in time.
WITH events AS (
  SELECT customer_id, clicked_at AS happened_at, TRUE AS clicked FROM clicks WHERE customer_id IS NOT NULL
  UNION ALL
  SELECT customer_id, visited_at, FALSE FROM visits WHERE customer_id IS NOT NULL
), followed AS (
  SELECT
    happened_at,
    clicked,
    MIN(CASE WHEN NOT clicked THEN happened_at END) OVER (
      PARTITION BY customer_id ORDER BY happened_at DESC, clicked DESC ROWS UNBOUNDED PRECEDING
    ) AS visited_at
  FROM events
)
SELECT
  CAST(DATE_TRUNC('month', happened_at) AS DATE) AS month,
  COUNT(*) FILTER (WHERE visited_at <= happened_at + INTERVAL 3 MONTHS) / COUNT(*)
FROM followed
WHERE clicked
GROUP BY month
ORDER BY month
