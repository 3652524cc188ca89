-- {"metrics": ["visits_3m"], "by": ["time.month"]}
-- Every click met with all later visits of its customer.
WITH followed AS (
  SELECT click_id, ANY_VALUE(clicked_at) AS clicked_at, MIN(visited_at) AS visited_at
  FROM clicks
  LEFT JOIN visits ON visits.customer_id = clicks.customer_id AND visited_at > clicked_at
  WHERE clicks.customer_id IS NOT NULL
  GROUP BY click_id
)
SELECT
  CAST(DATE_TRUNC('month', clicked_at) AS DATE) AS month,
  COUNT(*) FILTER (WHERE visited_at <= clicked_at + INTERVAL 3 MONTHS) / COUNT(*)
FROM followed
GROUP BY month
ORDER BY month
