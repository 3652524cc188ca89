-- {"metrics": ["scored_customers"], "by": ["scores.segment"], "parameters": {"as_of": "1997-12-31"}}
WITH year AS (
  SELECT customer_id, COUNT(*) AS often, SUM(amount) AS amount
  FROM visits
  WHERE YEAR(day) = 1997
  GROUP BY customer_id
)
SELECT
  CASE
    WHEN often IS NULL THEN 'asleep'
    WHEN often = 1 THEN 'once'
    WHEN often < 4 AND amount < 250 THEN 'promising'
    WHEN often >= 4 AND amount >= 250 THEN 'champions'
    ELSE 'loyal'
  END AS segment,
  COUNT(*)
FROM firsts
LEFT JOIN year USING (customer_id)
GROUP BY segment
ORDER BY segment
