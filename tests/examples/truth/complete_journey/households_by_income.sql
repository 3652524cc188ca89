-- {"metrics": ["households", "sales_per_household"], "by": ["households.income_from", "households.income"]}
SELECT
  CASE
    WHEN income = 'Under 15K' THEN 0
    ELSE CAST(REGEXP_EXTRACT(income, '^\d+') AS INTEGER)
  END AS income_from,
  income,
  COUNT(*),
  CAST(SUM(spent) AS DOUBLE) / COUNT(*)
FROM (SELECT household_id, SUM(sales_value) AS spent FROM transactions GROUP BY household_id)
JOIN households USING (household_id)
GROUP BY income
ORDER BY income_from NULLS LAST
