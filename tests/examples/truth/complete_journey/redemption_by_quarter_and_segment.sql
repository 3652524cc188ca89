-- {"metrics": ["redemption_rate"], "by": ["time.quarter", "household_scores.segment"], "time": "2017"}
WITH mailings AS (
  SELECT
    CAST(DATE_TRUNC('quarter', start_date) AS DATE) AS quarter,
    segment,
    start_date,
    MIN(redemption_date) AS redeemed
  FROM campaign_households AS m
  JOIN campaigns AS c USING (campaign_id)
  JOIN scored AS s USING (household_id)
  LEFT JOIN coupon_redemptions AS r
    ON r.household_id = m.household_id AND r.campaign_id = m.campaign_id AND redemption_date >= start_date
  GROUP BY quarter, segment, start_date, m.household_id, m.campaign_id
)
SELECT
  quarter,
  segment,
  COUNT(*) FILTER (WHERE redeemed <= start_date + 60 AND start_date + 60 <= last_day)
    / NULLIF(COUNT(*) FILTER (WHERE start_date + 60 <= last_day), 0)
FROM mailings
CROSS JOIN (
  SELECT GREATEST(MAX(redemption_date), (SELECT MAX(start_date) FROM campaign_households JOIN campaigns USING (campaign_id))) AS last_day
  FROM coupon_redemptions
)
WHERE YEAR(quarter) = 2017
GROUP BY quarter, segment
ORDER BY quarter, segment
