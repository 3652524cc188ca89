-- {"metrics": ["rfm_response_rate"], "by": ["customer_rfm_at_contacts.rfm_code"]}
-- Nothing tells apart the days between two bounds of windows, so that they are added up before windows are made.
WITH days AS (
  SELECT bought.customer_id, bought.day, SUM(order_lines.amount) AS amount
  FROM order_lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(ordered_at AS DATE) AS day FROM orders WHERE customer_id IS NOT NULL
  ) AS bought
    ON bought.order_id = order_lines.order_id
  GROUP BY 1, 2
), sends AS (
  SELECT CAST(contacted_at AS DATE) AS sent_on, CAST(CAST(contacted_at AS DATE) - INTERVAL 12 MONTH AS DATE) AS starts_on
  FROM campaign_contacts
  WHERE contacted_at IS NOT NULL
  GROUP BY 1, 2
), bounds AS (
  SELECT sent_on AS bound FROM sends
  UNION
  SELECT starts_on FROM sends
), placed AS (
  SELECT days.customer_id, bounds.bound, days.day, days.amount
  FROM days
  ASOF INNER JOIN bounds
    ON days.day >= bounds.bound
), parts AS (
  SELECT
    customer_id,
    bound,
    MAX(day) FILTER (WHERE amount > 0) AS last_day,
    COUNT(*) FILTER (WHERE amount > 0) AS frequency,
    SUM(amount) AS monetary
  FROM placed
  GROUP BY 1, 2
), windows AS (
  SELECT sends.sent_on, bounds.bound
  FROM sends
  INNER JOIN bounds
    ON bounds.bound >= sends.starts_on AND bounds.bound < sends.sent_on
), measured AS (
  SELECT
    windows.sent_on,
    parts.customer_id,
    MAX(parts.last_day) AS last_day,
    CAST(SUM(parts.frequency) AS INTEGER) AS frequency,
    SUM(parts.monetary) AS monetary
  FROM parts
  INNER JOIN windows
    ON windows.bound = parts.bound
  GROUP BY 1, 2
  HAVING MAX(parts.last_day) IS NOT NULL
), scored AS (
  SELECT
    sent_on,
    customer_id,
    NTILE(5) OVER (PARTITION BY sent_on ORDER BY last_day, customer_id) AS r,
    NTILE(5) OVER (PARTITION BY sent_on ORDER BY frequency, customer_id) AS f,
    NTILE(5) OVER (PARTITION BY sent_on ORDER BY monetary, customer_id) AS m
  FROM measured
), responses AS (
  SELECT DISTINCT campaign_id, customer_id FROM campaign_responses
)
SELECT
  CAST(100 * scored.r + 10 * scored.f + scored.m AS VARCHAR) AS code,
  COUNT(responses.customer_id) / COUNT(*)
FROM campaign_contacts AS contacts
LEFT JOIN responses
  ON responses.campaign_id = contacts.campaign_id AND responses.customer_id = contacts.customer_id
LEFT JOIN scored
  ON scored.customer_id = contacts.customer_id AND scored.sent_on = CAST(contacts.contacted_at AS DATE)
WHERE NOT COALESCE(contacts.is_control, FALSE)
GROUP BY scored.r, scored.f, scored.m
ORDER BY code NULLS LAST
