-- {"metrics": ["coupon_redemptions", "campaign_response_rate"], "by": ["time.week"], "where": "campaigns.campaign_type = 'Type A'", "time": "2017", "fill": true}
WITH weeks AS (
  SELECT CAST(RANGE AS DATE) AS week FROM RANGE(DATE '2016-12-26', DATE '2018-01-01', INTERVAL 7 DAYS)
), redeemed AS (
  SELECT redemption_date - CAST(ISODOW(redemption_date) - 1 AS INTEGER) AS week, COUNT(*) AS n, COUNT(DISTINCT household_id) AS households
  FROM coupon_redemptions
  WHERE campaign_id IN (SELECT campaign_id FROM campaigns WHERE campaign_type = 'Type A') AND YEAR(redemption_date) = 2017
  GROUP BY week
), mailed AS (
  SELECT start_date - CAST(ISODOW(start_date) - 1 AS INTEGER) AS week, COUNT(DISTINCT household_id) AS households
  FROM campaign_households
  JOIN campaigns USING (campaign_id)
  WHERE campaign_type = 'Type A' AND YEAR(start_date) = 2017
  GROUP BY week
)
SELECT week, COALESCE(n, 0), CAST(COALESCE(redeemed.households, 0) AS DOUBLE) / mailed.households
FROM weeks
LEFT JOIN redeemed USING (week)
LEFT JOIN mailed USING (week)
ORDER BY week
