-- {"metrics": ["rolling_retention"], "by": ["since.month"], "where": "scores.segment <> 'asleep'", "time": "1997-03"}
WITH ages AS (
  SELECT
    since,
    EXISTS (
      SELECT 1
      FROM visits AS v
      WHERE v.customer_id = f.customer_id
        AND v.day >= f.day + since * INTERVAL 1 MONTH
        AND v.day < f.day + (since + 1) * INTERVAL 1 MONTH
    ) AS active
  FROM (SELECT * FROM firsts JOIN scored USING (customer_id) WHERE segment <> 'asleep' AND day >= DATE '1997-03-01') AS f
  CROSS JOIN RANGE(24) AS s(since)
  WHERE DATE '1997-03-31' + (since + 1) * INTERVAL 1 MONTH <= (SELECT MAX(day) + 1 FROM visits)
)
SELECT since, COUNT(*) FILTER (WHERE active) / COUNT(*)
FROM ages
GROUP BY since
ORDER BY since
