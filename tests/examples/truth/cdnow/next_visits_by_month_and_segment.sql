-- {"metrics": ["next_visit_3m", "next_visit_3m_ly"], "by": ["time.month", "scores.segment"], "time": "1998-03..1998-06"}
WITH next AS (
  SELECT segment, b.day, MIN(v.day) AS next
  FROM visits AS b
  JOIN scored USING (customer_id)
  LEFT JOIN visits AS v ON v.customer_id = b.customer_id AND v.day > b.day
  GROUP BY b.customer_id, segment, b.day
), told AS (
  SELECT
    month,
    segment,
    COUNT(*) FILTER (WHERE next <= day + 30 AND day + 30 <= (SELECT MAX(day) FROM visits))
      / NULLIF(COUNT(*) FILTER (WHERE day + 30 <= (SELECT MAX(day) FROM visits)), 0) AS rate
  FROM months
  JOIN next ON day < ends AND day >= ends - INTERVAL 3 MONTH
  GROUP BY ALL
)
SELECT COALESCE(now.month, (before.month + INTERVAL 1 YEAR)::DATE) AS m, COALESCE(now.segment, before.segment) AS s, now.rate, before.rate
FROM (SELECT * FROM told WHERE month BETWEEN DATE '1998-03-01' AND DATE '1998-06-01') AS now
FULL JOIN (SELECT * FROM told WHERE month BETWEEN DATE '1997-03-01' AND DATE '1997-06-01') AS before
  ON now.month = before.month + INTERVAL 1 YEAR AND now.segment = before.segment
ORDER BY m, s
