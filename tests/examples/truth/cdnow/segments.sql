-- {"metrics": ["scored_customers", "sales", "visit_count"], "by": ["scores.segment"]}
SELECT
  segment,
  COUNT(*),
  SUM((SELECT SUM(dollar_value) FROM purchases AS p WHERE p.customer_id = scored.customer_id)),
  CAST(SUM((SELECT COUNT(*) FROM visits AS v WHERE v.customer_id = scored.customer_id)) AS BIGINT)
FROM scored
GROUP BY segment
ORDER BY segment
