-- case: time_grains
-- ask: {metrics: [ride_count], by: [metric_time__week, metric_time__quarter, metric_time__year]}
SELECT date_trunc('week', started_at) AS metric_time__week, date_trunc('quarter', started_at) AS metric_time__quarter,
  date_trunc('year', started_at) AS metric_time__year, count(*) AS ride_count
FROM rides GROUP BY 1, 2, 3

-- case: finer_than_a_day
-- ask: {metrics: [bikes_parked], by: [metric_time__hour]}
SELECT date_trunc('hour', read_at) AS metric_time__hour, sum(parked) AS bikes_parked FROM readings GROUP BY 1

-- case: time_of_the_model
-- ask: {metrics: [ride_count], by: [ride__ended_at__month, ride__started_at__month]}
SELECT date_trunc('month', ended_at) AS ride__ended_at__month, date_trunc('month', started_at) AS ride__started_at__month,
  count(*) AS ride_count
FROM rides GROUP BY 1, 2

-- case: time_of_a_joined_model
-- ask: {metrics: [ride_count], by: [bike__bought_on__year]}
SELECT date_trunc('year', CAST(bought_on AS timestamp)) AS bike__bought_on__year, count(*) AS ride_count
FROM rides LEFT JOIN bikes USING (bike_id) GROUP BY 1

-- case: day_of_week
-- Monday is 1 and Sunday is 7.
-- ask: {metrics: [ride_count], by: ["TimeDimension('metric_time', date_part_name='dow')"]}
SELECT extract(isodow FROM started_at) AS metric_time__extract_dow, count(*) AS ride_count FROM rides GROUP BY 1

-- case: parts_of_dates
-- ask: {metrics: [ride_count], by: ["TimeDimension('metric_time', date_part_name='year')",
-- ask:   "TimeDimension('metric_time', date_part_name='month')", "TimeDimension('ride__ended_at', date_part_name='doy')"]}
SELECT extract(year FROM started_at) AS metric_time__extract_year, extract(month FROM started_at) AS metric_time__extract_month,
  extract(doy FROM ended_at) AS ride__ended_at__extract_doy, count(*) AS ride_count
FROM rides GROUP BY 1, 2, 3

-- case: custom_period
-- ask: {metrics: [ride_count, repair_costs], by: [metric_time__term]}
SELECT coalesce(a.term, b.term) AS metric_time__term, ride_count, repair_costs
FROM (SELECT term, count(*) AS ride_count FROM rides JOIN days ON day = date_trunc('day', started_at) GROUP BY 1) AS a
FULL JOIN (SELECT term, sum(cost) AS repair_costs FROM repairs JOIN days ON day = repaired_on GROUP BY 1) AS b
  ON a.term = b.term

-- case: custom_period_of_another_column
-- ask: {metrics: [ride_count], by: [metric_time__retail_month]}
SELECT retail_month_no AS metric_time__retail_month, count(*) AS ride_count
FROM rides JOIN days ON day = date_trunc('day', started_at) GROUP BY 1

-- case: custom_period_of_a_dimension
-- ask: {metrics: [ride_count], by: [ride__ended_at__term]}
SELECT term AS ride__ended_at__term, count(*) AS ride_count
FROM rides JOIN days ON day = date_trunc('day', ended_at) GROUP BY 1

-- case: custom_period_in_a_condition
-- ask: {metrics: [ride_count], where: ["{{ TimeDimension('metric_time', 'term') }} = '2024-1'"]}
SELECT count(*) AS ride_count FROM rides JOIN days ON day = date_trunc('day', started_at) WHERE term = '2024-1'

-- case: range
-- ask: {metrics: [ride_count], by: [metric_time__day], start: 2024-02-01, end: 2024-02-08}
SELECT date_trunc('day', started_at) AS metric_time__day, count(*) AS ride_count
FROM rides WHERE started_at >= TIMESTAMP '2024-02-01' AND started_at < TIMESTAMP '2024-02-09' GROUP BY 1

-- case: range_is_widened_to_periods
-- ask: {metrics: [ride_count, repair_costs], by: [metric_time__month], start: 2024-02-10, end: 2024-02-20}
SELECT TIMESTAMP '2024-02-01' AS metric_time__month,
  (SELECT count(*) FROM rides WHERE started_at >= TIMESTAMP '2024-02-01' AND started_at < TIMESTAMP '2024-03-01') AS ride_count,
  (SELECT sum(cost) FROM repairs WHERE repaired_on >= DATE '2024-02-01' AND repaired_on < DATE '2024-03-01') AS repair_costs

-- case: range_without_time
-- ask: {metrics: [ride_count], by: [ride__is_member], start: 2024-02-02, end: 2024-02-29}
SELECT is_member AS ride__is_member, count(*) AS ride_count
FROM rides WHERE started_at >= TIMESTAMP '2024-02-02' AND started_at < TIMESTAMP '2024-03-01' GROUP BY 1

-- case: order_and_limit
-- ask: {metrics: [fares, ride_count], by: [bike__model_name], order: ["-fares"], limit: 2}
-- ordered: true
SELECT model_name AS bike__model_name, sum(fare) AS fares, count(*) AS ride_count
FROM rides LEFT JOIN bikes USING (bike_id) GROUP BY 1 ORDER BY fares DESC LIMIT 2

-- case: order_by_time
-- ask: {metrics: [ride_count], by: [metric_time__month], order: ["-metric_time__month"]}
-- ordered: true
SELECT date_trunc('month', started_at) AS metric_time__month, count(*) AS ride_count FROM rides GROUP BY 1 ORDER BY 1 DESC

-- case: names_of_the_question
-- ask: {metrics: [{name: ride_count, alias: trips}, fares], by: [{name: metric_time, grain: month, alias: month}], order: ["-ride_count"], limit: 2}
-- ordered: true
SELECT date_trunc('month', started_at) AS month, count(*) AS trips, sum(fare) AS fares
FROM rides GROUP BY 1 ORDER BY trips DESC LIMIT 2

-- case: names_of_the_question_for_a_window
-- ask: {metrics: [{name: minutes_7d, alias: lately}], by: [{name: metric_time, grain: month, alias: month}]}
SELECT date_trunc('month', day) AS month, lately FROM (
  SELECT CAST(day AS timestamp) AS day, lately, row_number() OVER (PARTITION BY date_trunc('month', CAST(day AS timestamp)) ORDER BY day) AS nth
  FROM (
    SELECT day, sum(minutes) AS lately
    FROM days JOIN rides ON date_trunc('day', started_at) <= day AND date_trunc('day', started_at) > day - INTERVAL '7 days' GROUP BY 1
  ) AS daily
) AS numbered WHERE nth = 1

-- case: values_of_a_dimension
-- ask: {by: [station__district]}
SELECT DISTINCT district AS station__district FROM stations

-- case: values_of_dimensions_of_one_model
-- ask: {by: [station__district, station__capacity]}
SELECT DISTINCT district AS station__district, capacity AS station__capacity FROM stations

-- case: values_over_a_join
-- beyond: without metrics MetricFlow goes no further than one entity.
-- ask: {by: [bike__model_name, bike__maker__country]}
SELECT DISTINCT model_name AS bike__model_name, country AS bike__maker__country FROM bikes LEFT JOIN makers USING (maker_id)

-- case: values_under_a_condition
-- beyond: without metrics MetricFlow goes no further than one entity.
-- ask: {by: [bike__model_name], where: ["{{ Dimension('maker__country', entity_path=['bike']) }} = 'NL'"]}
SELECT DISTINCT model_name AS bike__model_name FROM bikes LEFT JOIN makers USING (maker_id) WHERE country = 'NL'

-- case: values_of_an_entity
-- ask: {by: [maker]}
SELECT DISTINCT maker_id AS maker FROM makers

-- case: values_of_time
-- ask: {by: [bike__bought_on__year]}
SELECT DISTINCT date_trunc('year', CAST(bought_on AS timestamp)) AS bike__bought_on__year FROM bikes

-- case: values_of_the_metric_time
-- ask: {by: [metric_time__month]}
SELECT DISTINCT date_trunc('month', CAST(day AS timestamp)) AS metric_time__month FROM days

-- case: extremes_of_a_dimension
-- ask: {by: [bike__bought_on__day], extremes: true}
SELECT min(CAST(bought_on AS timestamp)) AS bike__bought_on__day__min, max(CAST(bought_on AS timestamp)) AS bike__bought_on__day__max
FROM bikes

-- case: range_is_widened_to_years
-- ask: {metrics: [ride_count], by: [metric_time__year], start: 2024-02-10, end: 2024-02-20}
SELECT TIMESTAMP '2024-01-01' AS metric_time__year, count(*) AS ride_count FROM rides

-- case: values_of_a_dimension_and_of_time
-- refused: no rows bring months and countries together; MetricFlow crosses all days of its spine with all values.
-- ask: {by: [metric_time__month, maker__country]}
SELECT DISTINCT date_trunc('month', CAST(day AS timestamp)) AS metric_time__month, country AS maker__country
FROM days CROSS JOIN makers
