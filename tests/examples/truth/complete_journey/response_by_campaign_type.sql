-- {"metrics": ["redeeming_households", "mailed_households", "campaign_response_rate"], "by": ["campaigns.campaign_type"]}
SELECT
  campaign_type,
  COUNT(DISTINCT CASE WHEN redeemed THEN household_id END),
  COUNT(DISTINCT household_id),
  CAST(COUNT(DISTINCT CASE WHEN redeemed THEN household_id END) AS DOUBLE) / COUNT(DISTINCT household_id)
FROM (
  SELECT
    campaign_type,
    household_id,
    (household_id, campaign_id) IN (SELECT (household_id, campaign_id) FROM coupon_redemptions) AS redeemed
  FROM campaign_households
  JOIN campaigns USING (campaign_id)
)
GROUP BY campaign_type
ORDER BY campaign_type
