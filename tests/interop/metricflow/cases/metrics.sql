-- case: simple_by_month
-- ask: {metrics: [ride_count], by: [metric_time__month]}
SELECT date_trunc('month', started_at) AS metric_time__month, count(ride_id) AS ride_count
FROM rides GROUP BY 1

-- case: every_aggregation
-- ask: {metrics: [ride_count, minutes, fares, members, riders_seen, fares_known, longest, shortest, mean_fare,
-- ask:            middle_minutes, minutes_p75, minutes_p75_discrete], by: [ride__is_member]}
SELECT is_member AS ride__is_member, count(ride_id) AS ride_count, sum(minutes) AS minutes, sum(fare) AS fares,
  sum(CASE WHEN is_member THEN 1 ELSE 0 END) AS members, count(DISTINCT rider_id) AS riders_seen,
  count(fare) AS fares_known, max(minutes) AS longest, min(minutes) AS shortest, avg(fare) AS mean_fare,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) AS middle_minutes,
  percentile_cont(0.75) WITHIN GROUP (ORDER BY minutes) AS minutes_p75,
  percentile_disc(0.75) WITHIN GROUP (ORDER BY minutes) AS minutes_p75_discrete
FROM rides GROUP BY 1

-- case: without_groups
-- ask: {metrics: [fares, repair_costs, new_riders]}
SELECT (SELECT sum(fare) FROM rides) AS fares, (SELECT sum(cost) FROM repairs) AS repair_costs,
  (SELECT count(rider_id) FROM riders) AS new_riders

-- case: counts_of_nothing
-- differs: MetricFlow has 0 for a distinct count of no rows at all, and NULL for any other count of none.
-- ask: {metrics: [ride_count, members, riders_seen], where: ["{{ Dimension('ride__length') }} = 'none'"]}
SELECT CAST(NULL AS integer) AS ride_count, CAST(NULL AS integer) AS members, CAST(NULL AS integer) AS riders_seen

-- case: count_of_a_column_with_nulls
-- ask: {metrics: [fares_known], by: [rider]}
SELECT rider_id AS rider, count(fare) AS fares_known FROM rides GROUP BY 1

-- case: time_of_its_own
-- A measure may have another time than its model.
-- ask: {metrics: [ride_count, rides_ended], by: [metric_time__month]}
SELECT coalesce(a.month, b.month) AS metric_time__month, ride_count, rides_ended
FROM (SELECT date_trunc('month', started_at) AS month, count(*) AS ride_count FROM rides GROUP BY 1) AS a
FULL JOIN (SELECT date_trunc('month', ended_at) AS month, count(*) AS rides_ended FROM rides GROUP BY 1) AS b
  ON a.month = b.month

-- case: ratio
-- ask: {metrics: [fare_per_minute], by: [rider]}
SELECT rider_id AS rider, CAST(sum(fare) AS double precision) / nullif(sum(minutes), 0) AS fare_per_minute
FROM rides GROUP BY 1

-- case: ratio_of_a_part
-- The part is NULL, not 0, where there is none of it.
-- ask: {metrics: [member_share], by: [station__district]}
SELECT a.district AS station__district, CAST(part AS double precision) / whole AS member_share
FROM (SELECT district, count(*) AS whole FROM rides LEFT JOIN stations ON station_id = from_station_id GROUP BY 1) AS a
LEFT JOIN (
  SELECT district, count(*) AS part FROM rides LEFT JOIN stations ON station_id = from_station_id
  WHERE is_member GROUP BY 1
) AS b ON a.district IS NOT DISTINCT FROM b.district

-- case: ratio_of_two_facts
-- NULL meets NULL: rides from nowhere and repairs of nowhere are one group.
-- ask: {metrics: [repair_cost_per_ride], by: [station__district]}
SELECT coalesce(a.district, b.district) AS station__district,
  CAST(costs AS double precision) / nullif(ride_count, 0) AS repair_cost_per_ride
FROM (SELECT district, sum(cost) AS costs FROM repairs LEFT JOIN stations USING (station_id) GROUP BY 1) AS a
FULL JOIN (
  SELECT district, count(*) AS ride_count FROM rides LEFT JOIN stations ON station_id = from_station_id GROUP BY 1
) AS b ON coalesce(a.district, '-') = coalesce(b.district, '-')

-- case: derived
-- Nothing is guarded: NULL where either is.
-- ask: {metrics: [net], by: [metric_time__month]}
SELECT month AS metric_time__month, sum(fare) - sum(cost) AS net
FROM (
  SELECT date_trunc('month', started_at) AS month, fare, CAST(NULL AS decimal(18, 2)) AS cost FROM rides
  UNION ALL
  SELECT date_trunc('month', CAST(repaired_on AS timestamp)), NULL, cost FROM repairs
) AS both_facts GROUP BY 1

-- case: derived_of_derived
-- ask: {metrics: [net_per_ride], by: [metric_time__month]}
SELECT coalesce(a.month, b.month) AS metric_time__month, (fares - costs) * 1.0 / ride_count AS net_per_ride
FROM (SELECT date_trunc('month', started_at) AS month, sum(fare) AS fares, count(*) AS ride_count FROM rides GROUP BY 1) AS a
FULL JOIN (
  SELECT date_trunc('month', CAST(repaired_on AS timestamp)) AS month, sum(cost) AS costs FROM repairs GROUP BY 1
) AS b ON a.month = b.month

-- case: derived_of_filtered_inputs
-- ask: {metrics: [long_minus_short], by: [metric_time__month]}
SELECT date_trunc('month', started_at) AS metric_time__month,
  sum(CASE WHEN minutes >= 30 THEN 1 END) - sum(CASE WHEN minutes >= 30 THEN NULL ELSE 1 END) AS long_minus_short
FROM rides GROUP BY 1

-- case: fill_before_an_expression
-- Zero is filled in again after the facts have met.
-- ask: {metrics: [net_or_fares], by: [metric_time__day]}
SELECT coalesce(a.day, b.day) AS metric_time__day, fares - coalesce(costs, 0) AS net_or_fares
FROM (SELECT date_trunc('day', started_at) AS day, sum(fare) AS fares FROM rides GROUP BY 1) AS a
FULL JOIN (SELECT CAST(repaired_on AS timestamp) AS day, sum(cost) AS costs FROM repairs GROUP BY 1) AS b ON a.day = b.day

-- case: fill_beside_another_metric
-- ask: {metrics: [repair_costs, repair_costs_or_zero, fares], by: [metric_time__month]}
SELECT coalesce(a.month, b.month) AS metric_time__month, costs AS repair_costs,
  coalesce(costs, 0) AS repair_costs_or_zero, fares
FROM (SELECT date_trunc('month', started_at) AS month, sum(fare) AS fares FROM rides GROUP BY 1) AS a
FULL JOIN (
  SELECT date_trunc('month', CAST(repaired_on AS timestamp)) AS month, sum(cost) AS costs FROM repairs GROUP BY 1
) AS b ON a.month = b.month

-- case: fill_of_null_groups
-- A group that is there but sums to NULL is filled as well.
-- ask: {metrics: [repair_costs, repair_costs_or_zero], by: [repair__part]}
SELECT part AS repair__part, sum(cost) AS repair_costs, coalesce(sum(cost), 0) AS repair_costs_or_zero
FROM repairs GROUP BY 1

-- case: filter_of_a_metric
-- ask: {metrics: [member_rides, ride_count], by: [rider]}
SELECT rider_id AS rider, sum(CASE WHEN is_member THEN 1 END) AS member_rides, count(*) AS ride_count
FROM rides GROUP BY 1

-- case: filters_of_a_metric_over_joins
-- ask: {metrics: [abroad_minutes], by: [station__district]}
SELECT district AS station__district, sum(minutes) AS abroad_minutes
FROM rides
LEFT JOIN bikes USING (bike_id) LEFT JOIN makers USING (maker_id) LEFT JOIN stations ON station_id = from_station_id
WHERE makers.country <> 'NL' AND district IS NOT NULL
GROUP BY 1

-- case: filter_by_a_metric
-- ask: {metrics: [rides_of_frequent_riders], by: [metric_time__month]}
SELECT date_trunc('month', started_at) AS metric_time__month, count(*) AS rides_of_frequent_riders
FROM rides WHERE rider_id IN (SELECT rider_id FROM rides GROUP BY 1 HAVING count(*) >= 3) GROUP BY 1

-- case: filter_by_the_metric_time
-- ask: {metrics: [rides_in_february], by: [rider]}
SELECT rider_id AS rider, count(*) AS rides_in_february
FROM rides WHERE date_trunc('month', started_at) = TIMESTAMP '2024-02-01' GROUP BY 1

-- case: default_grain_of_a_metric
-- ask: {metrics: [fares_monthly], by: [metric_time]}
SELECT date_trunc('month', started_at) AS metric_time__month, sum(fare) AS fares_monthly FROM rides GROUP BY 1

-- case: default_grain_is_the_largest
-- ask: {metrics: [fares, fares_monthly], by: [metric_time]}
SELECT date_trunc('month', started_at) AS metric_time__month, sum(fare) AS fares, sum(fare) AS fares_monthly
FROM rides GROUP BY 1

-- case: default_grain_of_facts_of_unlike_grains
-- ask: {metrics: [bikes_parked, passes], by: [metric_time]}
SELECT coalesce(a.day, b.day) AS metric_time__day, bikes_parked, passes
FROM (SELECT date_trunc('day', read_at) AS day, sum(parked) AS bikes_parked FROM readings GROUP BY 1) AS a
FULL JOIN (SELECT date_trunc('day', bought_at) AS day, count(*) AS passes FROM passes GROUP BY 1) AS b ON a.day = b.day

-- case: two_facts_by_a_shared_dimension
-- ask: {metrics: [fares, repair_costs], by: [bike__model_name]}
SELECT coalesce(a.model_name, b.model_name) AS bike__model_name, fares, repair_costs
FROM (SELECT model_name, sum(fare) AS fares FROM rides LEFT JOIN bikes USING (bike_id) GROUP BY 1) AS a
FULL JOIN (SELECT model_name, sum(cost) AS repair_costs FROM repairs LEFT JOIN bikes USING (bike_id) GROUP BY 1) AS b
  ON coalesce(a.model_name, '-') = coalesce(b.model_name, '-')

-- case: three_facts_by_time_and_dimension
-- ask: {metrics: [fares, repair_costs, ride_count], by: [metric_time__month, station__district]}
SELECT coalesce(a.month, b.month) AS metric_time__month, coalesce(a.district, b.district) AS station__district,
  fares, repair_costs, ride_count
FROM (
  SELECT date_trunc('month', started_at) AS month, district, sum(fare) AS fares, count(*) AS ride_count
  FROM rides LEFT JOIN stations ON station_id = from_station_id GROUP BY 1, 2
) AS a
FULL JOIN (
  SELECT date_trunc('month', CAST(repaired_on AS timestamp)) AS month, district, sum(cost) AS repair_costs
  FROM repairs LEFT JOIN stations USING (station_id) GROUP BY 1, 2
) AS b ON a.month = b.month AND coalesce(a.district, '-') = coalesce(b.district, '-')

-- case: saved_query
-- ask: {saved: fares_by_district}
SELECT date_trunc('month', started_at) AS metric_time__month, district AS station__district, sum(fare) AS fares,
  count(*) AS ride_count
FROM rides LEFT JOIN stations ON station_id = from_station_id WHERE is_member GROUP BY 1, 2

-- case: saved_query_with_order_and_limit
-- ask: {saved: top_riders}
-- ordered: true
SELECT rider_id AS rider, count(*) AS ride_count FROM rides GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2
