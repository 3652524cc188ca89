-- case: cumulative_of_all_time
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_ever], by: [metric_time__day]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_ever
FROM days JOIN rides ON date_trunc('day', started_at) <= day GROUP BY 1

-- case: cumulative_of_all_time_without_time
-- ask: {metrics: [minutes_ever], by: [bike__model_name]}
SELECT model_name AS bike__model_name, sum(minutes) AS minutes_ever FROM rides LEFT JOIN bikes USING (bike_id) GROUP BY 1

-- case: window
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- Days of the window lie in (day - 7 days, day].
-- ask: {metrics: [minutes_7d], by: [metric_time__day]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1

-- case: window_of_distinct_counts
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [riders_7d], by: [metric_time__day]}
SELECT CAST(day AS timestamp) AS metric_time__day, count(DISTINCT rider_id) AS riders_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1

-- case: window_by_a_dimension
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_7d], by: [metric_time__day, ride__is_member]}
SELECT CAST(day AS timestamp) AS metric_time__day, is_member AS ride__is_member, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1, 2

-- case: window_first_of_a_coarser_period
-- ask: {metrics: [minutes_7d], by: [metric_time__month]}
SELECT date_trunc('month', day) AS metric_time__month,
  (array_agg(minutes_7d ORDER BY day))[1] AS minutes_7d
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
) AS daily GROUP BY 1

-- case: window_last_of_a_coarser_period
-- ask: {metrics: [minutes_7d_last], by: [metric_time__month]}
SELECT date_trunc('month', day) AS metric_time__month,
  (array_agg(minutes_7d ORDER BY day DESC))[1] AS minutes_7d_last
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
) AS daily GROUP BY 1

-- case: window_average_of_a_coarser_period
-- ask: {metrics: [minutes_7d_average], by: [metric_time__month]}
SELECT date_trunc('month', day) AS metric_time__month, avg(minutes_7d) AS minutes_7d_average
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
) AS daily GROUP BY 1

-- case: to_date
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_mtd], by: [metric_time__day]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_mtd
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) >= date_trunc('month', CAST(day AS timestamp))
GROUP BY 1

-- case: to_date_first_of_a_coarser_period
-- ask: {metrics: [minutes_mtd], by: [metric_time__month]}
SELECT date_trunc('month', day) AS metric_time__month, (array_agg(minutes_mtd ORDER BY day))[1] AS minutes_mtd
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_mtd
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) >= date_trunc('month', CAST(day AS timestamp))
  GROUP BY 1
) AS daily GROUP BY 1

-- case: window_within_a_range
-- Rows before the range count for its first days.
-- ask: {metrics: [minutes_7d], by: [metric_time__day], start: 2024-02-05, end: 2024-02-10}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE day BETWEEN DATE '2024-02-05' AND DATE '2024-02-10' GROUP BY 1

-- case: window_with_zero_for_nothing
-- ask: {metrics: [fares_7d_or_zero], by: [metric_time__day], start: 2024-02-08, end: 2024-02-22}
SELECT CAST(day AS timestamp) AS metric_time__day, coalesce(sum(fare), 0) AS fares_7d_or_zero
FROM days LEFT JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE day BETWEEN DATE '2024-02-08' AND DATE '2024-02-22' GROUP BY 1

-- case: ratio_of_a_window
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_7d_per_member], by: [metric_time__day]}
SELECT a.day AS metric_time__day, CAST(minutes_7d AS double precision) / member_rides AS minutes_7d_per_member
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
) AS a
LEFT JOIN (
  SELECT date_trunc('day', started_at) AS day, count(*) AS member_rides FROM rides WHERE is_member GROUP BY 1
) AS b ON a.day = b.day

-- case: closing_balance
-- The last day of each asked period, of all rows that are left after joins and conditions.
-- ask: {metrics: [closing_balance], by: [metric_time__month]}
SELECT b.month AS metric_time__month, sum(amount) AS closing_balance
FROM (SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, * FROM balances) AS b
JOIN (
  SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, max(balance_on) AS last FROM balances GROUP BY 1
) AS kept ON b.month = kept.month AND balance_on = last
GROUP BY 1

-- case: closing_balance_of_all_time
-- ask: {metrics: [closing_balance]}
SELECT sum(amount) AS closing_balance FROM balances WHERE balance_on = (SELECT max(balance_on) FROM balances)

-- case: closing_balance_by_a_dimension
-- The last day is that of all currencies: a group without rows on it is not there.
-- ask: {metrics: [closing_balance], by: [balance__currency]}
SELECT currency AS balance__currency, sum(amount) AS closing_balance
FROM balances WHERE balance_on = (SELECT max(balance_on) FROM balances) GROUP BY 1

-- case: closing_balance_under_a_condition
-- ask: {metrics: [closing_balance], by: [metric_time__month], where: ["{{ Dimension('balance__currency') }} = 'GBP'"]}
SELECT b.month AS metric_time__month, sum(amount) AS closing_balance
FROM (SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, * FROM balances WHERE currency = 'GBP') AS b
JOIN (
  SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, max(balance_on) AS last
  FROM balances WHERE currency = 'GBP' GROUP BY 1
) AS kept ON b.month = kept.month AND balance_on = last
GROUP BY 1

-- case: opening_balance_for_each_rider
-- ask: {metrics: [opening_balance_by_rider], by: [metric_time__month]}
SELECT b.month AS metric_time__month, sum(amount) AS opening_balance_by_rider
FROM (SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, * FROM balances) AS b
JOIN (
  SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, rider_id, min(balance_on) AS first
  FROM balances GROUP BY 1, 2
) AS kept ON b.month = kept.month AND b.rider_id = kept.rider_id AND balance_on = first
GROUP BY 1

-- case: opening_balance_for_each_rider_by_age
-- ask: {metrics: [opening_balance_by_rider], by: [rider__age_group]}
SELECT age_group AS rider__age_group, sum(amount) AS opening_balance_by_rider
FROM balances AS b
JOIN (SELECT rider_id, min(balance_on) AS first FROM balances GROUP BY 1) AS kept
  ON b.rider_id = kept.rider_id AND balance_on = first
LEFT JOIN riders ON riders.rider_id = b.rider_id
GROUP BY 1

-- case: window_in_a_widened_range
-- ask: {metrics: [minutes_7d], by: [metric_time__month], start: 2024-02-10, end: 2024-02-20}
SELECT TIMESTAMP '2024-02-01' AS metric_time__month, sum(minutes) AS minutes_7d
FROM rides WHERE started_at >= TIMESTAMP '2024-01-26' AND started_at < TIMESTAMP '2024-02-02'

-- case: ever_within_a_range
-- ask: {metrics: [minutes_ever], by: [metric_time__day], start: 2024-02-05, end: 2024-02-10}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_ever
FROM days JOIN rides ON date_trunc('day', started_at) <= day
WHERE day BETWEEN DATE '2024-02-05' AND DATE '2024-02-10' GROUP BY 1

-- case: window_by_two_grains
-- ask: {metrics: [minutes_7d], by: [metric_time__day, metric_time__month], start: 2024-02-01, end: 2024-02-29}
SELECT CAST(day AS timestamp) AS metric_time__day, date_trunc('month', CAST(day AS timestamp)) AS metric_time__month,
  sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-29' GROUP BY 1, 2

-- case: window_with_a_condition
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [member_minutes_7d], by: [metric_time__day]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS member_minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE is_member GROUP BY 1

-- case: window_beside_a_simple_metric
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_7d, minutes], by: [metric_time__day]}
SELECT a.day AS metric_time__day, minutes_7d, minutes
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
) AS a
LEFT JOIN (SELECT date_trunc('day', started_at) AS day, sum(minutes) AS minutes FROM rides GROUP BY 1) AS b ON a.day = b.day

-- case: closing_balance_beside_another_metric
-- ask: {metrics: [closing_balance, pass_revenue], by: [metric_time__month]}
SELECT coalesce(a.month, b.month) AS metric_time__month, closing_balance, pass_revenue
FROM (
  SELECT date_trunc('month', CAST(balance_on AS timestamp)) AS month, sum(amount) AS closing_balance
  FROM balances WHERE balance_on IN (
    SELECT max(balance_on) FROM balances GROUP BY date_trunc('month', CAST(balance_on AS timestamp))
  ) GROUP BY 1
) AS a
FULL JOIN (SELECT date_trunc('month', bought_at) AS month, sum(price) AS pass_revenue FROM passes GROUP BY 1) AS b
  ON a.month = b.month

-- case: window_in_a_range_that_ends_after_the_rows
-- ask: {metrics: [minutes_7d], by: [metric_time__day], start: 2024-03-01, end: 2024-03-20}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE day BETWEEN DATE '2024-03-01' AND DATE '2024-03-20' GROUP BY 1

-- case: ever_in_a_range_that_ends_after_the_rows
-- ask: {metrics: [minutes_ever, minutes_mtd], by: [metric_time__day], start: 2024-03-05, end: 2024-04-05}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_ever,
  sum(CASE WHEN started_at >= date_trunc('month', CAST(day AS timestamp)) THEN minutes END) AS minutes_mtd
FROM days JOIN rides ON date_trunc('day', started_at) <= day
WHERE day BETWEEN DATE '2024-03-05' AND DATE '2024-04-05' GROUP BY 1

-- case: snapshots_by_another_time
-- Of each bike the rides of the day on which its last one was loaded, whatever the month that they started in.
-- ask: {metrics: [fares_loaded_last], by: [metric_time__month]}
SELECT date_trunc('month', started_at) AS metric_time__month, sum(fare) AS fares_loaded_last
FROM rides JOIN (SELECT bike_id, max(loaded_on) AS last FROM rides GROUP BY 1) AS kept
  ON rides.bike_id = kept.bike_id AND loaded_on = last
GROUP BY 1

-- case: snapshots_by_another_time_of_each_month
-- Asked by that time itself, each month of it has a last day for each bike.
-- ask: {metrics: [fares_loaded_last], by: [ride__loaded_on__month]}
SELECT date_trunc('month', CAST(loaded_on AS timestamp)) AS ride__loaded_on__month, sum(fare) AS fares_loaded_last
FROM rides JOIN (
  SELECT bike_id, date_trunc('month', loaded_on) AS month, max(loaded_on) AS last FROM rides GROUP BY 1, 2
) AS kept ON rides.bike_id = kept.bike_id AND loaded_on = last
GROUP BY 1

-- case: snapshots_by_another_time_under_a_condition
-- ask: {metrics: [fares_loaded_last], by: [ride__is_member], where: ["{{ Dimension('ride__length') }} = 'short'"]}
SELECT is_member AS ride__is_member, sum(fare) AS fares_loaded_last
FROM rides JOIN (SELECT bike_id, max(loaded_on) AS last FROM rides WHERE NOT coalesce(minutes >= 30, false) GROUP BY 1) AS kept
  ON rides.bike_id = kept.bike_id AND loaded_on = last
WHERE NOT coalesce(minutes >= 30, false) GROUP BY 1
