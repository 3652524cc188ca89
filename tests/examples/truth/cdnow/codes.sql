-- {"metrics": ["scored_customers"], "by": ["scores.rfm_code"], "order": ["-scored_customers"], "limit": 5}
SELECT r || f || m AS code, COUNT(*) AS customers
FROM scored
GROUP BY code
ORDER BY customers DESC, code
LIMIT 5
