-- {"metrics": ["points", "points_of_last_month"], "by": ["households.income_group"]}
WITH each AS (SELECT household_id, MAX_BY(points, month) AS points FROM balances GROUP BY household_id)
SELECT
  CASE
    WHEN income IN ('Under 15K', '15-24K', '25-34K') THEN 'low'
    WHEN income IN ('35-49K', '50-74K', '75-99K') THEN 'middle'
    WHEN income IS NOT NULL THEN 'high'
  END AS income_group,
  SUM(each.points),
  SUM(b.points)
FROM each
JOIN households USING (household_id)
LEFT JOIN balances AS b ON b.household_id = each.household_id AND b.month = (SELECT MAX(month) FROM balances)
GROUP BY income_group
ORDER BY income_group NULLS LAST
