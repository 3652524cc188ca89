-- case: conversion_rate
-- ask: {metrics: [visit_to_pass_rate]}
SELECT CAST((
  SELECT count(*) FROM passes WHERE EXISTS (
    SELECT 1 FROM visits
    WHERE visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
  )
) AS double precision) / (SELECT count(*) FROM visits) AS visit_to_pass_rate

-- case: conversion_rate_within_a_window
-- The base event lies in (conversion - 7 days, conversion], by the day.
-- ask: {metrics: [visit_to_pass_rate_7d]}
SELECT CAST((
  SELECT count(*) FROM passes WHERE EXISTS (
    SELECT 1 FROM visits
    WHERE visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
      AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
  )
) AS double precision) / (SELECT count(*) FROM visits) AS visit_to_pass_rate_7d

-- case: conversions_within_a_window
-- ask: {metrics: [visit_to_pass_7d]}
SELECT count(*) AS visit_to_pass_7d FROM passes WHERE EXISTS (
  SELECT 1 FROM visits
  WHERE visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
    AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
)

-- case: conversions_by_month_of_the_base
-- Counted where the latest base event is, not in the month of the conversion.
-- ask: {metrics: [visit_to_pass_7d], by: [metric_time__month]}
SELECT m.month AS metric_time__month, conversions AS visit_to_pass_7d
FROM (SELECT DISTINCT date_trunc('month', visited_at) AS month FROM visits) AS m
LEFT JOIN (
  SELECT date_trunc('month', visited_on) AS month, count(*) AS conversions
  FROM (
    SELECT pass_id, max(date_trunc('day', visited_at)) AS visited_on
    FROM passes JOIN visits
      ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
        AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
    GROUP BY 1
  ) AS matched GROUP BY 1
) AS c ON c.month = m.month

-- case: conversion_rate_by_month_of_the_base
-- ask: {metrics: [visit_to_pass_rate_7d], by: [metric_time__month]}
SELECT m.month AS metric_time__month, CAST(conversions AS double precision) / visits AS visit_to_pass_rate_7d
FROM (SELECT date_trunc('month', visited_at) AS month, count(*) AS visits FROM visits GROUP BY 1) AS m
LEFT JOIN (
  SELECT date_trunc('month', visited_on) AS month, count(*) AS conversions
  FROM (
    SELECT pass_id, max(date_trunc('day', visited_at)) AS visited_on
    FROM passes JOIN visits
      ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
        AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
    GROUP BY 1
  ) AS matched GROUP BY 1
) AS c ON c.month = m.month

-- case: conversions_of_constant_properties
-- ask: {metrics: [visit_to_pass_7d_same_channel], by: [metric_time__month]}
SELECT m.month AS metric_time__month, conversions AS visit_to_pass_7d_same_channel
FROM (SELECT DISTINCT date_trunc('month', visited_at) AS month FROM visits) AS m
LEFT JOIN (
  SELECT date_trunc('month', visited_on) AS month, count(*) AS conversions
  FROM (
    SELECT pass_id, max(date_trunc('day', visited_at)) AS visited_on
    FROM passes JOIN visits
      ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
        AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days' AND channel = sold_by
    GROUP BY 1
  ) AS matched GROUP BY 1
) AS c ON c.month = m.month

-- case: conversions_by_a_property_of_the_base
-- differs: MetricFlow chooses visits before they are matched: a pass then goes to an older visit that is left.
-- ask: {metrics: [visit_to_pass_7d], by: [visit__channel], where: ["{{ Dimension('visit__channel') }} = 'app'"]}
SELECT channel AS visit__channel, count(*) AS visit_to_pass_7d
FROM (
  SELECT channel, row_number() OVER (PARTITION BY pass_id ORDER BY visited_at DESC) AS nth
  FROM passes JOIN visits ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
    AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
) AS matched WHERE nth = 1 AND channel = 'app' GROUP BY 1

-- case: conversions_of_a_filtered_base
-- The measure of conversions has zero for nothing.
-- ask: {metrics: [web_visit_to_pass_7d_or_zero], by: [metric_time__month]}
SELECT m.month AS metric_time__month, coalesce(conversions, 0) AS web_visit_to_pass_7d_or_zero
FROM (SELECT DISTINCT date_trunc('month', visited_at) AS month FROM visits WHERE channel = 'web') AS m
LEFT JOIN (
  SELECT date_trunc('month', visited_on) AS month, count(*) AS conversions
  FROM (
    SELECT pass_id, max(date_trunc('day', visited_at)) AS visited_on
    FROM passes JOIN visits
      ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
        AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
    WHERE channel = 'web' GROUP BY 1
  ) AS matched GROUP BY 1
) AS c ON c.month = m.month

-- case: conversion_rate_within_a_range
-- The range is that of the base events; what they lead to may come later.
-- differs: MetricFlow chooses visits before they are matched: a pass then goes to an older visit that is left.
-- ask: {metrics: [visit_to_pass_rate_7d], start: 2024-02-01, end: 2024-02-29}
SELECT CAST((
  SELECT count(*) FROM (
    SELECT visited_at, row_number() OVER (PARTITION BY pass_id ORDER BY visited_at DESC) AS nth
    FROM passes JOIN visits ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
      AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
  ) AS matched WHERE nth = 1 AND visited_at >= TIMESTAMP '2024-02-01' AND visited_at < TIMESTAMP '2024-03-01'
) AS double precision)
  / (SELECT count(*) FROM visits WHERE visited_at >= TIMESTAMP '2024-02-01' AND visited_at < TIMESTAMP '2024-03-01')
  AS visit_to_pass_rate_7d

-- case: conversions_by_a_dimension_of_the_entity
-- ask: {metrics: [visit_to_pass_rate_7d], by: [rider__age_group]}
SELECT b.age_group AS rider__age_group, CAST(conversions AS double precision) / visits AS visit_to_pass_rate_7d
FROM (SELECT age_group, count(*) AS visits FROM visits LEFT JOIN riders USING (rider_id) GROUP BY 1) AS b
LEFT JOIN (
  SELECT age_group, count(*) AS conversions FROM passes JOIN riders USING (rider_id) WHERE EXISTS (
    SELECT 1 FROM visits
    WHERE visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
      AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
  ) GROUP BY 1
) AS c ON c.age_group IS NOT DISTINCT FROM b.age_group

-- case: conversions_by_day
-- ask: {metrics: [visit_to_pass_rate_7d, visits], by: [metric_time__day]}
SELECT m.day AS metric_time__day, CAST(conversions AS double precision) / visits AS visit_to_pass_rate_7d, visits
FROM (SELECT date_trunc('day', visited_at) AS day, count(*) AS visits FROM visits GROUP BY 1) AS m
LEFT JOIN (
  SELECT visited_on, count(*) AS conversions
  FROM (
    SELECT pass_id, max(date_trunc('day', visited_at)) AS visited_on
    FROM passes JOIN visits
      ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
        AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
    GROUP BY 1
  ) AS matched GROUP BY 1
) AS c ON c.visited_on = m.day
