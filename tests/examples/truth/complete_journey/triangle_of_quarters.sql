-- {"metrics": ["household_retention", "retained_households"], "by": ["time.quarter", "since.quarter"], "time": "2017"}
WITH cohorts AS (
  SELECT household_id, DATE_TRUNC('quarter', MIN(day)) AS cohort FROM household_days GROUP BY household_id
), quarters AS (
  SELECT DISTINCT DATE_TRUNC('quarter', day) AS quarter FROM household_days
)
SELECT
  CAST(cohort AS DATE) AS entered,
  DATE_DIFF('quarter', cohort, quarter) AS since,
  AVG(CASE WHEN EXISTS (
    SELECT 1 FROM household_days AS d
    WHERE d.household_id = cohorts.household_id AND DATE_TRUNC('quarter', d.day) = quarters.quarter
  ) THEN 1.0 ELSE 0.0 END),
  COUNT(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM household_days AS d
    WHERE d.household_id = cohorts.household_id AND DATE_TRUNC('quarter', d.day) = quarters.quarter
  ))
FROM cohorts
JOIN quarters ON quarter >= cohort
WHERE YEAR(cohort) = 2017
GROUP BY cohort, quarter
ORDER BY entered, since
