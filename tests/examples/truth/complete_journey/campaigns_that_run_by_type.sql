-- {"metrics": ["running_campaigns"], "by": ["time.week", "campaigns.campaign_type"], "time": "2017-05..2017-07"}
SELECT week, campaign_type, COUNT(*)
FROM (SELECT CAST(range AS DATE) AS week FROM RANGE(DATE '2017-05-01', DATE '2017-08-01', INTERVAL 7 DAY))
JOIN campaigns ON start_date <= week + 6 AND end_date >= week + 6 AND start_date <= DATE '2017-07-31'
GROUP BY week, campaign_type
ORDER BY week, campaign_type
