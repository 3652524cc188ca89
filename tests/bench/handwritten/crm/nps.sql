-- {"metrics": ["nps"], "by": ["time.month"]}
WITH answers AS (
  SELECT
    CAST(DATE_TRUNC('month', answered_at) AS DATE) AS month,
    ARG_MAX(score, (answered_at, response_id)) AS score
  FROM surveys
  WHERE question = 'NPS' AND scale_min = 0 AND scale_max = 10 AND score BETWEEN 0 AND 10
  GROUP BY month, customer_id, CASE WHEN customer_id IS NULL THEN response_id END
)
SELECT month, 100 * (COUNT(*) FILTER (WHERE score >= 9) - COUNT(*) FILTER (WHERE score <= 6)) / COUNT(*)
FROM answers
GROUP BY month
ORDER BY month
