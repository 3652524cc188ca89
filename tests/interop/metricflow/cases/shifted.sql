-- case: offset_window
-- Days without rides before or after have NULL: nothing is guarded.
-- ask: {metrics: [ride_growth_7d], by: [metric_time__day]}
SELECT coalesce(a.day, b.day) AS metric_time__day, now - before AS ride_growth_7d
FROM (SELECT date_trunc('day', started_at) AS day, count(*) AS now FROM rides GROUP BY 1) AS a
FULL JOIN (
  SELECT CAST(day AS timestamp) AS day, count(*) AS before
  FROM days JOIN rides ON date_trunc('day', started_at) = day - INTERVAL '7 days' GROUP BY 1
) AS b ON a.day = b.day

-- case: offset_window_at_a_coarser_grain
-- ask: {metrics: [minutes_last_month], by: [metric_time__month]}
SELECT date_trunc('month', started_at) + INTERVAL '1 month' AS metric_time__month, sum(minutes) AS minutes_last_month
FROM rides GROUP BY 1

-- case: offset_to_grain
-- ask: {metrics: [rides_since_month_start], by: [metric_time__day]}
SELECT coalesce(a.day, b.day) AS metric_time__day, now - first AS rides_since_month_start
FROM (SELECT date_trunc('day', started_at) AS day, count(*) AS now FROM rides GROUP BY 1) AS a
FULL JOIN (
  SELECT CAST(day AS timestamp) AS day, count(*) AS first
  FROM days JOIN rides ON date_trunc('day', started_at) = date_trunc('month', CAST(day AS timestamp)) GROUP BY 1
) AS b ON a.day = b.day

-- case: offset_window_of_a_custom_period
-- Each day looks at the day with the same number in the term before.
-- differs: MetricFlow gathers the days that the next term does not have under NULL.
-- ask: {metrics: [minutes_last_term], by: [metric_time__day]}
SELECT CAST(here.day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_last_term
FROM (SELECT day, term, row_number() OVER (PARTITION BY term ORDER BY day) AS nth FROM days) AS here
JOIN (SELECT term, lag(term) OVER (ORDER BY term) AS previous FROM (SELECT DISTINCT term FROM days) AS t) AS terms
  ON terms.term = here.term
JOIN (SELECT day, term, row_number() OVER (PARTITION BY term ORDER BY day) AS nth FROM days) AS there
  ON there.term = previous AND there.nth = here.nth
JOIN rides ON date_trunc('day', started_at) = there.day
GROUP BY 1

-- case: every_day
-- differs: MetricFlow goes on to both ends of its spine.
-- ask: {metrics: [ride_count_every_day], by: [metric_time__day]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(CASE WHEN ride_id IS NULL THEN NULL ELSE 1 END) AS ride_count_every_day
FROM days LEFT JOIN rides ON date_trunc('day', started_at) = day
WHERE day BETWEEN DATE '2024-01-25' AND DATE '2024-03-07' GROUP BY 1

-- case: every_day_or_zero
-- ask: {metrics: [ride_count_every_day_or_zero], by: [metric_time__day], start: 2024-02-01, end: 2024-02-10}
SELECT CAST(day AS timestamp) AS metric_time__day, count(ride_id) AS ride_count_every_day_or_zero
FROM days LEFT JOIN rides ON date_trunc('day', started_at) = day
WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-10' GROUP BY 1

-- case: every_month_or_zero
-- differs: MetricFlow goes on to both ends of its spine.
-- ask: {metrics: [ride_count_every_day_or_zero, repair_costs], by: [metric_time__month]}
SELECT coalesce(a.month, b.month) AS metric_time__month, coalesce(ride_count, 0) AS ride_count_every_day_or_zero, repair_costs
FROM (SELECT date_trunc('month', started_at) AS month, count(*) AS ride_count FROM rides GROUP BY 1) AS a
FULL JOIN (
  SELECT date_trunc('month', CAST(repaired_on AS timestamp)) AS month, sum(cost) AS repair_costs FROM repairs GROUP BY 1
) AS b ON a.month = b.month

-- case: every_day_of_a_range
-- ask: {metrics: [ride_count_every_day], by: [metric_time__day], start: 2024-03-05, end: 2024-03-12}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(CASE WHEN ride_id IS NULL THEN NULL ELSE 1 END) AS ride_count_every_day
FROM days LEFT JOIN rides ON date_trunc('day', started_at) = day
WHERE day BETWEEN DATE '2024-03-05' AND DATE '2024-03-12' GROUP BY 1

-- case: every_day_does_not_make_members
-- A day without rides appears once, with NULL for the dimension.
-- ask: {metrics: [ride_count_every_day_or_zero], by: [metric_time__day, ride__is_member], start: 2024-02-01, end: 2024-02-04}
SELECT CAST(day AS timestamp) AS metric_time__day, is_member AS ride__is_member,
  count(ride_id) AS ride_count_every_day_or_zero
FROM days LEFT JOIN rides ON date_trunc('day', started_at) = day
WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-04' GROUP BY 1, 2

-- case: every_day_without_time
-- ask: {metrics: [ride_count_every_day_or_zero], by: [ride__is_member]}
SELECT is_member AS ride__is_member, count(ride_id) AS ride_count_every_day_or_zero FROM rides GROUP BY 1

-- case: every_day_in_an_expression
-- ask: {metrics: [zero_before], by: [metric_time__day], start: 2024-02-01, end: 2024-02-10}
SELECT CAST(here.day AS timestamp) AS metric_time__day,
  count(DISTINCT now.ride_id) - count(DISTINCT before.ride_id) AS zero_before
FROM days AS here
LEFT JOIN rides AS now ON date_trunc('day', now.started_at) = here.day
LEFT JOIN rides AS before ON date_trunc('day', before.started_at) = here.day - INTERVAL '1 day'
WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-10' GROUP BY 1

-- case: every_day_under_a_condition
-- Days without such rides are there all the same.
-- ask: {metrics: [ride_count_every_day_or_zero], by: [metric_time__day], where: ["{{ Dimension('ride__is_member') }}"], start: 2024-02-01, end: 2024-02-10}
SELECT CAST(day AS timestamp) AS metric_time__day, count(ride_id) AS ride_count_every_day_or_zero
FROM days LEFT JOIN rides ON date_trunc('day', started_at) = day AND is_member
WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-10' GROUP BY 1

-- case: every_day_under_a_condition_on_time
-- A condition on the time of the metric also chooses the days.
-- ask: {metrics: [ride_count_every_day_or_zero], by: [metric_time__day], where: ["{{ TimeDimension('metric_time', 'month') }} = '2024-02-01'"]}
SELECT CAST(day AS timestamp) AS metric_time__day, count(ride_id) AS ride_count_every_day_or_zero
FROM days LEFT JOIN rides ON date_trunc('day', started_at) = day
WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-29' GROUP BY 1

-- case: offset_of_a_window
-- until: 2024-03-14  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_7d_change], by: [metric_time__day]}
SELECT coalesce(a.day, b.day) AS metric_time__day, now - before AS minutes_7d_change
FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS now
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
) AS a
FULL JOIN (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS before
  FROM days JOIN rides ON date_trunc('day', started_at) <= day - INTERVAL '7 days'
    AND date_trunc('day', started_at) > day - INTERVAL '14 days' GROUP BY 1
) AS b ON a.day = b.day

-- case: offset_of_a_ratio
-- ask: {metrics: [fare_per_minute_last_month], by: [metric_time__month]}
SELECT date_trunc('month', started_at) + INTERVAL '1 month' AS metric_time__month,
  CAST(sum(fare) AS double precision) / sum(minutes) AS fare_per_minute_last_month
FROM rides GROUP BY 1

-- case: offset_by_a_dimension
-- ask: {metrics: [minutes_last_month], by: [metric_time__month, ride__is_member]}
SELECT date_trunc('month', started_at) + INTERVAL '1 month' AS metric_time__month, is_member AS ride__is_member,
  sum(minutes) AS minutes_last_month
FROM rides GROUP BY 1, 2

-- case: offset_within_a_range
-- The range is that of the answer.
-- ask: {metrics: [minutes_last_month], by: [metric_time__month], start: 2024-02-01, end: 2024-02-29}
SELECT TIMESTAMP '2024-02-01' AS metric_time__month, sum(minutes) AS minutes_last_month
FROM rides WHERE started_at >= TIMESTAMP '2024-01-01' AND started_at < TIMESTAMP '2024-02-01'

-- case: offset_to_grain_at_that_grain
-- ask: {metrics: [rides_since_month_start], by: [metric_time__month]}
SELECT date_trunc('month', started_at) AS metric_time__month, 0 AS rides_since_month_start FROM rides GROUP BY 1

-- case: condition_of_a_derived_metric
-- ask: {metrics: [long_ride_growth_7d], by: [metric_time__day]}
SELECT coalesce(a.day, b.day) AS metric_time__day, now - before AS long_ride_growth_7d
FROM (
  SELECT date_trunc('day', started_at) AS day, count(*) AS now FROM rides WHERE minutes >= 30 GROUP BY 1
) AS a
FULL JOIN (
  SELECT date_trunc('day', started_at) + INTERVAL '7 days' AS day, count(*) AS before FROM rides WHERE minutes >= 30 GROUP BY 1
) AS b ON a.day = b.day

-- case: condition_on_a_derived_input
-- ask: {metrics: [net_in_the_north], by: [metric_time__month]}
SELECT coalesce(a.month, b.month) AS metric_time__month, fares - costs AS net_in_the_north
FROM (
  SELECT date_trunc('month', started_at) AS month, sum(fare) AS fares
  FROM rides JOIN stations ON station_id = from_station_id WHERE district = 'North' GROUP BY 1
) AS a
FULL JOIN (
  SELECT date_trunc('month', CAST(repaired_on AS timestamp)) AS month, sum(cost) AS costs
  FROM repairs JOIN stations USING (station_id) WHERE district = 'North' GROUP BY 1
) AS b ON a.month = b.month

-- case: condition_of_a_ratio
-- ask: {metrics: [long_fare_per_minute], by: [rider]}
SELECT rider_id AS rider, CAST(sum(fare) AS double precision) / sum(minutes) AS long_fare_per_minute
FROM rides WHERE minutes >= 30 GROUP BY 1
