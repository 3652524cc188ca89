-- {"metrics": ["sales", "share_of_segments", "segment_place", "segment_pareto"], "by": ["scores.segment"], "order": ["segment_place"]}
WITH sums AS (
  SELECT segment, SUM(dollar_value) AS amount FROM purchases JOIN scored USING (customer_id) GROUP BY segment
)
SELECT
  segment,
  amount,
  CAST(amount AS DOUBLE) / (SELECT SUM(amount) FROM sums),
  (SELECT COUNT(*) FROM sums AS o WHERE o.amount >= sums.amount) AS place,
  CAST((SELECT SUM(amount) FROM sums AS o WHERE o.amount >= sums.amount) AS DOUBLE) / (SELECT SUM(amount) FROM sums)
FROM sums
ORDER BY place
