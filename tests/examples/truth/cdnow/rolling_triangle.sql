-- {"metrics": ["rolling_retention"], "by": ["since.month", "time.month"], "time": "1997-01..1997-03", "order": ["since_month"], "limit": 9}
WITH ages AS (
  SELECT
    since,
    CAST(DATE_TRUNC('month', day) AS DATE) AS cohort,
    EXISTS (
      SELECT 1
      FROM visits AS v
      WHERE v.customer_id = f.customer_id
        AND v.day >= f.day + since * INTERVAL 1 MONTH
        AND v.day < f.day + (since + 1) * INTERVAL 1 MONTH
    ) AS active
  FROM firsts AS f
  CROSS JOIN RANGE(3) AS s(since)
)
SELECT since, cohort, COUNT(*) FILTER (WHERE active) / COUNT(*)
FROM ages
GROUP BY since, cohort
ORDER BY since, cohort
