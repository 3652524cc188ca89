-- {"metrics": ["segment_size", "segment_value"], "by": ["segments.place", "segments.segment"]}
WITH sizes AS (SELECT segment, CAST(COUNT(*) AS HUGEINT) AS size, SUM(monetary) AS amount FROM scored GROUP BY segment)
SELECT (SELECT COUNT(*) FROM sizes AS o WHERE o.amount >= sizes.amount) AS place, segment, size, amount
FROM sizes
ORDER BY place
