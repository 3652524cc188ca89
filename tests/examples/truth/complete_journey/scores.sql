-- {"metrics": ["scored_households", "score_value"], "by": ["household_scores.r_score"]}
SELECT CAST(r AS INTEGER) AS score, COUNT(*), SUM(monetary)
FROM scored
GROUP BY score
ORDER BY score
