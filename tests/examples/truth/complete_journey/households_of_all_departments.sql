-- {"metrics": ["households", "households_of_departments"], "by": ["products.department", "time.quarter"], "time": "2017-Q3..2017-Q4", "order": ["-households"], "limit": 6}
WITH q AS (SELECT *, CAST(DATE_TRUNC('quarter', day) AS DATE) AS quarter FROM lines WHERE day BETWEEN DATE '2017-07-01' AND DATE '2017-12-31')
SELECT department, quarter, COUNT(DISTINCT household_id) AS n, (SELECT COUNT(DISTINCT household_id) FROM q AS o WHERE o.quarter = q.quarter)
FROM q
GROUP BY department, quarter
ORDER BY n DESC, department, quarter
LIMIT 6
