-- case: several_conditions
-- ask: {metrics: [ride_count], by: [rider],
-- ask:  where: ["{{ Dimension('ride__is_member') }} or {{ Dimension('ride__length') }} = 'long'", "{{ Entity('rider') }} is not null"]}
SELECT rider_id AS rider, count(*) AS ride_count FROM rides
WHERE (is_member OR CASE WHEN minutes >= 30 THEN 'long' ELSE 'short' END = 'long') AND rider_id IS NOT NULL GROUP BY 1

-- case: grain_of_a_dimension
-- ask: {metrics: [ride_count], where: ["{{ Dimension('bike__bought_on').grain('year') }} = '2023-01-01'"]}
SELECT count(*) AS ride_count FROM rides JOIN bikes USING (bike_id)
WHERE date_trunc('year', CAST(bought_on AS timestamp)) = TIMESTAMP '2023-01-01'

-- case: part_of_a_dimension
-- ask: {metrics: [ride_count], where: ["{{ Dimension('metric_time').date_part('month') }} = 2"]}
SELECT count(*) AS ride_count FROM rides WHERE extract(month FROM started_at) = 2

-- case: time_dimension
-- ask: {metrics: [ride_count], where: ["{{ TimeDimension('ride__ended_at', 'day') }} >= '2024-03-01'"]}
SELECT count(*) AS ride_count FROM rides WHERE date_trunc('day', ended_at) >= TIMESTAMP '2024-03-01'

-- case: time_dimension_of_the_metric
-- ask: {metrics: [ride_count, repair_costs], by: [metric_time__day], where: ["{{ TimeDimension('metric_time', 'month') }} = '2024-02-01'"]}
SELECT coalesce(a.day, b.day) AS metric_time__day, ride_count, repair_costs
FROM (
  SELECT date_trunc('day', started_at) AS day, count(*) AS ride_count FROM rides
  WHERE started_at >= TIMESTAMP '2024-02-01' AND started_at < TIMESTAMP '2024-03-01' GROUP BY 1
) AS a
FULL JOIN (
  SELECT CAST(repaired_on AS timestamp) AS day, sum(cost) AS repair_costs FROM repairs
  WHERE repaired_on >= DATE '2024-02-01' AND repaired_on < DATE '2024-03-01' GROUP BY 1
) AS b ON a.day = b.day

-- case: entity_path
-- ask: {metrics: [ride_count], where: ["{{ Dimension('station__district', entity_path=['rider']) }} = 'North'"]}
SELECT count(*) AS ride_count FROM rides JOIN riders USING (rider_id) JOIN stations ON station_id = home_station_id
WHERE district = 'North'

-- case: entity
-- ask: {metrics: [minutes], where: ["{{ Entity('bike') }} in (1, 2)"]}
SELECT sum(minutes) AS minutes FROM rides WHERE bike_id IN (1, 2)

-- case: entity_over_a_path
-- ask: {metrics: [minutes], where: ["{{ Entity('maker', entity_path=['bike']) }} = 1"]}
SELECT sum(minutes) AS minutes FROM rides JOIN bikes USING (bike_id) WHERE maker_id = 1

-- case: metric_for_each_entity
-- ask: {metrics: [fares], by: [station__district], where: ["{{ Metric('fares', group_by=['bike']) }} > 10"]}
SELECT district AS station__district, sum(fare) AS fares
FROM rides LEFT JOIN stations ON station_id = from_station_id
WHERE bike_id IN (SELECT bike_id FROM rides GROUP BY 1 HAVING sum(fare) > 10) GROUP BY 1

-- case: metric_of_another_fact
-- ask: {metrics: [ride_count], where: ["{{ Metric('repair_costs', group_by=['bike']) }} is null"]}
SELECT count(*) AS ride_count FROM rides
LEFT JOIN (SELECT bike_id, sum(cost) AS costs FROM repairs GROUP BY 1) AS r ON r.bike_id = rides.bike_id WHERE costs IS NULL

-- case: condition_of_the_question_and_of_the_metric
-- ask: {metrics: [member_rides, ride_count], by: [metric_time__month], where: ["{{ Dimension('ride__length') }} = 'long'"]}
SELECT date_trunc('month', started_at) AS metric_time__month, sum(CASE WHEN is_member THEN 1 END) AS member_rides,
  count(*) AS ride_count
FROM rides WHERE minutes >= 30 GROUP BY 1

-- case: condition_on_an_offset
-- The condition holds for the rows that are looked at, and the time of it is that of the answer.
-- ask: {metrics: [ride_growth_7d], by: [metric_time__day], where: ["{{ TimeDimension('metric_time', 'day') }} >= '2024-02-05'"]}
SELECT coalesce(a.day, b.day) AS metric_time__day, now - before AS ride_growth_7d
FROM (
  SELECT date_trunc('day', started_at) AS day, count(*) AS now FROM rides WHERE started_at >= TIMESTAMP '2024-02-05' GROUP BY 1
) AS a
FULL JOIN (
  SELECT CAST(day AS timestamp) AS day, count(*) AS before
  FROM days JOIN rides ON date_trunc('day', started_at) = day - INTERVAL '7 days' WHERE day >= DATE '2024-02-05' GROUP BY 1
) AS b ON a.day = b.day

-- case: condition_on_a_conversion
-- differs: MetricFlow chooses visits before they are matched: a pass then goes to an older visit that is left.
-- ask: {metrics: [visit_to_pass_rate_7d], where: ["{{ Dimension('visit__channel') }} = 'web'"]}
SELECT CAST((
  SELECT count(*) FROM (
    SELECT channel, row_number() OVER (PARTITION BY pass_id ORDER BY visited_at DESC) AS nth
    FROM passes JOIN visits ON visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
      AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
  ) AS matched WHERE nth = 1 AND channel = 'web'
) AS double precision) / (SELECT count(*) FROM visits WHERE channel = 'web') AS visit_to_pass_rate_7d

-- case: part_of_a_time_dimension_over_a_path
-- ask: {metrics: [ride_count], where: ["{{ TimeDimension('bike__bought_on', date_part_name='year') }} = 2023"]}
SELECT count(*) AS ride_count FROM rides JOIN bikes USING (bike_id) WHERE extract(year FROM bought_on) = 2023

-- case: two_templates_in_one_condition
-- ask: {metrics: [ride_count], where: ["{{ TimeDimension('ride__ended_at', 'day') }} > {{ TimeDimension('ride__started_at', 'day') }}"]}
SELECT count(*) AS ride_count FROM rides WHERE date_trunc('day', ended_at) > date_trunc('day', started_at)

-- case: condition_on_the_time_of_a_window
-- until: 2024-03-07  MetricFlow goes on while the window has rows, to the end of its spine.
-- ask: {metrics: [minutes_7d], by: [metric_time__day], where: ["{{ TimeDimension('metric_time', 'day') }} >= '2024-02-05'"]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE day >= DATE '2024-02-05' GROUP BY 1

-- case: condition_on_the_time_of_a_conversion
-- ask: {metrics: [visit_to_pass_7d], where: ["{{ TimeDimension('metric_time', 'day') }} >= '2024-03-01'"]}
SELECT count(*) AS visit_to_pass_7d FROM passes WHERE EXISTS (
  SELECT 1 FROM visits
  WHERE visits.rider_id = passes.rider_id AND date_trunc('day', visited_at) <= date_trunc('day', bought_at)
    AND date_trunc('day', visited_at) > date_trunc('day', bought_at) - INTERVAL '7 days'
    AND visited_at >= TIMESTAMP '2024-03-01'
)

-- case: condition_on_the_time_of_a_balance
-- ask: {metrics: [closing_balance], where: ["{{ TimeDimension('metric_time', 'day') }} < '2024-02-10'"]}
SELECT sum(amount) AS closing_balance FROM balances WHERE balance_on = DATE '2024-02-01'

-- case: condition_on_a_part_of_the_time_with_an_offset
-- The month is that of the answer.
-- ask: {metrics: [minutes_last_month], by: [metric_time__month], where: ["{{ TimeDimension('metric_time', date_part_name='month') }} = 3"]}
SELECT TIMESTAMP '2024-03-01' AS metric_time__month, sum(minutes) AS minutes_last_month
FROM rides WHERE started_at >= TIMESTAMP '2024-02-01' AND started_at < TIMESTAMP '2024-03-01'

-- case: condition_on_a_dimension_with_an_offset
-- ask: {metrics: [minutes_last_month], by: [metric_time__month], where: ["{{ Dimension('bike__model_name') }} = 'Omafiets'"]}
SELECT date_trunc('month', started_at) + INTERVAL '1 month' AS metric_time__month, sum(minutes) AS minutes_last_month
FROM rides JOIN bikes USING (bike_id) WHERE model_name = 'Omafiets' GROUP BY 1

-- case: condition_on_a_part_of_the_time_of_a_window
-- beyond: MetricFlow knows no parts of the time of cumulative metrics.
-- ask: {metrics: [minutes_7d], by: [metric_time__day], where: ["{{ TimeDimension('metric_time', date_part_name='dow') }} = 3"]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE extract(isodow FROM day) = 3 AND day <= DATE '2024-03-07' GROUP BY 1

-- case: two_ranges_of_the_time_of_a_window
-- ask: {metrics: [minutes_7d], by: [metric_time__day],
-- ask:   where: ["{{ TimeDimension('metric_time', 'day') }} < '2024-02-03' OR {{ TimeDimension('metric_time', 'day') }} = '2024-02-20'"]}
SELECT CAST(day AS timestamp) AS metric_time__day, sum(minutes) AS minutes_7d
FROM days JOIN rides
  ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
WHERE day < DATE '2024-02-03' OR day = DATE '2024-02-20' GROUP BY 1

-- case: condition_on_a_part_of_the_time_of_a_window_and_a_count
-- The count has rows of its own on these days, and no others.
-- ask: {metrics: [minutes_7d, ride_count], by: [metric_time__day], where: ["extract(day from {{ TimeDimension('metric_time', 'day') }}) <= 5"]}
SELECT coalesce(a.day, b.day) AS metric_time__day, minutes_7d, ride_count FROM (
  SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
  FROM days JOIN rides
    ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days'
  WHERE extract(day FROM day) <= 5 GROUP BY 1
) AS a FULL JOIN (
  SELECT date_trunc('day', started_at) AS day, count(*) AS ride_count FROM rides WHERE extract(day FROM started_at) <= 5 GROUP BY 1
) AS b ON a.day = b.day

-- case: not_one_month_of_a_window
-- Each month begins with what its first day sees of the month before.
-- ask: {metrics: [minutes_7d], by: [metric_time__month], where: ["{{ TimeDimension('metric_time', 'month') }} <> '2024-02-01'"]}
SELECT date_trunc('month', day) AS metric_time__month, minutes_7d FROM (
  SELECT day, minutes_7d, row_number() OVER (PARTITION BY date_trunc('month', day) ORDER BY day) AS nth FROM (
    SELECT CAST(day AS timestamp) AS day, sum(minutes) AS minutes_7d
    FROM days JOIN rides
      ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
  ) AS daily
) AS numbered WHERE nth = 1 AND date_trunc('month', day) <> DATE '2024-02-01'

-- case: condition_on_days_of_an_offset_by_month
-- refused: which of the month's days are meant, those of the answer or those that are looked at, its rows do not tell.
-- ask: {metrics: [minutes_last_month], by: [metric_time__month], where: ["{{ TimeDimension('metric_time', date_part_name='dow') }} = 3"]}
SELECT date_trunc('month', started_at) + INTERVAL '1 month' AS metric_time__month, sum(minutes) AS minutes_last_month
FROM rides GROUP BY 1

-- case: condition_on_a_custom_period_behind_a_join
-- ask: {metrics: [rides_of_riders_of_a_term, ride_count], by: [ride__is_member]}
SELECT is_member AS ride__is_member, sum(CASE WHEN term = '2024-1' THEN 1 END) AS rides_of_riders_of_a_term, count(*) AS ride_count
FROM rides LEFT JOIN riders USING (rider_id) LEFT JOIN days ON day = CAST(joined_on AS date) GROUP BY 1
