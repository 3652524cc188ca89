-- {"metrics": ["rebought_30d"], "by": ["products.department"], "order": ["-rebought_30d"], "limit": 5}
WITH days AS (
  SELECT department, household_id, product_id, day
  FROM lines
  WHERE brand = 'Private'
  GROUP BY ALL
  HAVING SUM(sales_value) > 0
), next AS (
  SELECT *, LEAD(day) OVER (PARTITION BY household_id, product_id ORDER BY day) AS next, MAX(day) OVER () AS last_day FROM days
)
SELECT department, COUNT(*) FILTER (WHERE next <= day + 30) / COUNT(*) AS rate
FROM next
WHERE day + 30 <= last_day
GROUP BY department
ORDER BY rate DESC, department
LIMIT 5
