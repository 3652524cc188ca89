-- {"metrics": ["purchase_after_mailing", "redemption_rate", "days_to_redemption"], "by": ["campaigns.campaign_type"]}
WITH mailings AS (
  SELECT
    campaign_type,
    start_date,
    (SELECT MIN(day) FROM household_days AS d WHERE d.household_id = m.household_id AND day >= start_date) AS bought,
    (
      SELECT MIN(redemption_date)
      FROM coupon_redemptions AS r
      WHERE r.household_id = m.household_id AND r.campaign_id = m.campaign_id AND redemption_date >= start_date
    ) AS redeemed
  FROM campaign_households AS m
  JOIN campaigns USING (campaign_id)
), last_days AS (
  SELECT
    (SELECT GREATEST(MAX(day), (SELECT MAX(start_date) FROM mailings)) FROM household_days) AS bought,
    (SELECT GREATEST(MAX(redemption_date), (SELECT MAX(start_date) FROM mailings)) FROM coupon_redemptions) AS redeemed
)
SELECT
  campaign_type,
  IF(MAX(start_date + 30) <= ANY_VALUE(l.bought), COUNT(*) FILTER (WHERE m.bought <= start_date + 30) / COUNT(*), NULL),
  COUNT(*) FILTER (WHERE m.redeemed <= start_date + 60 AND start_date + 60 <= l.redeemed)
    / NULLIF(COUNT(*) FILTER (WHERE start_date + 60 <= l.redeemed), 0),
  MEDIAN(CAST(m.redeemed - start_date AS DOUBLE)) FILTER (WHERE m.redeemed <= start_date + 60 AND start_date + 60 <= l.redeemed)
FROM mailings AS m
CROSS JOIN last_days AS l
GROUP BY campaign_type
ORDER BY campaign_type
