-- {"metrics": ["running_campaigns_start", "active_campaigns", "running_campaigns", "households_in_campaigns"], "by": ["time.month"], "time": "2017"}
SELECT
  month,
  (SELECT COUNT(*) FROM campaigns WHERE start_date <= month AND end_date >= month),
  (SELECT COUNT(*) FROM campaigns WHERE start_date < ends AND end_date >= month),
  (SELECT COUNT(*) FROM campaigns WHERE start_date < ends AND end_date >= ends - 1),
  (
    SELECT COUNT(DISTINCT household_id)
    FROM campaign_households JOIN campaigns USING (campaign_id)
    WHERE start_date < ends AND end_date >= ends - 1
  )
FROM months
WHERE YEAR(month) = 2017
ORDER BY month
