-- {"metrics": ["private_label_share"], "by": ["time.quarter", "households.income_group"], "where": "households.has_demographics"}
SELECT
  CAST(DATE_TRUNC('quarter', transaction_timestamp) AS DATE) AS quarter,
  CASE
    WHEN income IN ('Under 15K', '15-24K', '25-34K') THEN 'low'
    WHEN income IN ('35-49K', '50-74K', '75-99K') THEN 'middle'
    ELSE 'high'
  END AS income_group,
  SUM(CASE WHEN brand = 'Private' THEN sales_value END) / CAST(SUM(sales_value) AS DOUBLE)
FROM transactions
JOIN households USING (household_id)
LEFT JOIN products USING (product_id)
WHERE age IS NOT NULL
GROUP BY quarter, income_group
ORDER BY quarter, income_group
