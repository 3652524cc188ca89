-- {"metrics": ["buyers", "median_spend", "share_above_200"], "by": ["products.department"], "order": ["-buyers"], "limit": 5}
WITH spent AS (SELECT department, household_id, SUM(sales_value) AS amount FROM lines GROUP BY ALL)
SELECT department, COUNT(*) AS buyers, MEDIAN(CAST(amount AS DOUBLE)), COUNT(*) FILTER (WHERE amount > 200) / COUNT(*)
FROM spent
WHERE amount > 0
GROUP BY department
ORDER BY buyers DESC, department
LIMIT 5
