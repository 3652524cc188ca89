-- {"metrics": ["visits_3m"], "by": ["time.month"]}
-- The first visit at or after each event, visits before clicks.
WITH events AS (
  SELECT customer_id, clicked_at AS happened_at, TRUE AS clicked FROM clicks WHERE customer_id IS NOT NULL
  UNION ALL
  SELECT customer_id, visited_at, FALSE FROM visits WHERE customer_id IS NOT NULL
), followed AS (
  SELECT
    happened_at,
    clicked,
    FIRST_VALUE(CASE WHEN NOT clicked THEN happened_at END IGNORE NULLS) OVER (
      PARTITION BY customer_id
      ORDER BY happened_at, clicked
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
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
