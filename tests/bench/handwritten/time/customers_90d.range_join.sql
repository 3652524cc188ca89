-- {"metrics": ["customers_90d"], "by": ["time.day"]}
-- Each day met with the ninety days of customers before it; a quarter at a time, or it would not fit into memory.
WITH days AS (
  SELECT CAST(RANGE AS DATE) AS day FROM RANGE($first, $after, INTERVAL 1 DAY)
), bought AS (
  SELECT DISTINCT customer_id, CAST(bought_at AS DATE) AS bought_on
  FROM purchases
  WHERE bought_at >= $first - INTERVAL 89 DAYS AND bought_at < $after
)
SELECT day, COUNT(DISTINCT customer_id)
FROM days
JOIN bought ON bought_on > day - 90 AND bought_on <= day
GROUP BY day
ORDER BY day
