-- case: two_hops
-- ask: {metrics: [ride_count], by: [bike__maker__country]}
SELECT country AS bike__maker__country, count(*) AS ride_count
FROM rides LEFT JOIN bikes USING (bike_id) LEFT JOIN makers USING (maker_id) GROUP BY 1

-- case: two_paths_to_one_model
-- The station of the ride and the station of the rider's home are two things.
-- ask: {metrics: [ride_count], by: [station__district, rider__station__district]}
SELECT there.district AS station__district, home.district AS rider__station__district, count(*) AS ride_count
FROM rides
LEFT JOIN stations AS there ON there.station_id = from_station_id
LEFT JOIN riders ON riders.rider_id = rides.rider_id
LEFT JOIN stations AS home ON home.station_id = home_station_id
GROUP BY 1, 2

-- case: entities_as_groups
-- ask: {metrics: [ride_count], by: [bike, bike__maker]}
SELECT rides.bike_id AS bike, maker_id AS bike__maker, count(*) AS ride_count
FROM rides LEFT JOIN bikes ON bikes.bike_id = rides.bike_id GROUP BY 1, 2

-- case: unique_entity_as_group
-- ask: {metrics: [new_riders], by: [account]}
SELECT account_no AS account, count(*) AS new_riders FROM riders GROUP BY 1

-- case: valid_at_the_time
-- The plan that was in force on the day of the ride; the end of its time is not part of it.
-- ask: {metrics: [ride_count], by: [rider__plan]}
SELECT plan AS rider__plan, count(*) AS ride_count
FROM rides LEFT JOIN plans ON plans.rider_id = rides.rider_id
  AND date_trunc('day', started_at) >= valid_from AND (date_trunc('day', started_at) < valid_to OR valid_to IS NULL)
GROUP BY 1

-- case: valid_at_another_time
-- ask: {metrics: [rides_ended], by: [rider__plan]}
SELECT plan AS rider__plan, count(*) AS rides_ended
FROM rides LEFT JOIN plans ON plans.rider_id = rides.rider_id
  AND date_trunc('minute', ended_at) >= valid_from AND (date_trunc('minute', ended_at) < valid_to OR valid_to IS NULL)
GROUP BY 1

-- case: valid_and_valid_always
-- One entity leads to two models: to what holds for a time, and to what does not change.
-- ask: {metrics: [fares], by: [rider__plan, rider__age_group]}
SELECT plan AS rider__plan, age_group AS rider__age_group, sum(fare) AS fares
FROM rides LEFT JOIN riders ON riders.rider_id = rides.rider_id
LEFT JOIN plans ON plans.rider_id = rides.rider_id
  AND date_trunc('day', started_at) >= valid_from AND (date_trunc('day', started_at) < valid_to OR valid_to IS NULL)
GROUP BY 1, 2

-- case: partitions
-- Both models are partitioned by the day of loading, which must agree too.
-- ask: {metrics: [ride_count], by: [lock__firmware]}
SELECT firmware AS lock__firmware, count(*) AS ride_count
FROM rides LEFT JOIN locks ON locks.lock_id = rides.lock_id AND locks.loaded_on = rides.loaded_on GROUP BY 1

-- case: where_on_what_is_not_grouped_by
-- ask: {metrics: [fares], by: [metric_time__month], where: ["{{ Dimension('bike__model_name') }} = 'Omafiets'"]}
SELECT date_trunc('month', started_at) AS metric_time__month, sum(fare) AS fares
FROM rides LEFT JOIN bikes USING (bike_id) WHERE model_name = 'Omafiets' GROUP BY 1

-- case: where_of_nulls_after_a_join
-- A bike that is not known is a row with NULL, not a row that is missing.
-- ask: {metrics: [ride_count], where: ["{{ Dimension('bike__model_name') }} is null"]}
SELECT count(*) AS ride_count FROM rides LEFT JOIN bikes USING (bike_id) WHERE model_name IS NULL

-- case: where_over_two_hops
-- ask: {metrics: [ride_count, repair_costs], by: [station__district], where: ["{{ Dimension('city__country', entity_path=['station']) }} = 'NL'"]}
SELECT coalesce(a.district, b.district) AS station__district, ride_count, repair_costs
FROM (
  SELECT district, count(*) AS ride_count FROM rides
  LEFT JOIN stations ON station_id = from_station_id LEFT JOIN cities USING (city_id) WHERE country = 'NL' GROUP BY 1
) AS a
FULL JOIN (
  SELECT district, sum(cost) AS repair_costs FROM repairs
  LEFT JOIN stations USING (station_id) LEFT JOIN cities USING (city_id) WHERE country = 'NL' GROUP BY 1
) AS b ON a.district = b.district

-- case: where_over_two_hops_in_one_word
-- beyond: in conditions MetricFlow wants entity_path instead.
-- ask: {metrics: [ride_count, repair_costs], by: [station__district], where: ["{{ Dimension('station__city__country') }} = 'NL'"]}
SELECT coalesce(a.district, b.district) AS station__district, ride_count, repair_costs
FROM (
  SELECT district, count(*) AS ride_count FROM rides
  LEFT JOIN stations ON station_id = from_station_id LEFT JOIN cities USING (city_id) WHERE country = 'NL' GROUP BY 1
) AS a
FULL JOIN (
  SELECT district, sum(cost) AS repair_costs FROM repairs
  LEFT JOIN stations USING (station_id) LEFT JOIN cities USING (city_id) WHERE country = 'NL' GROUP BY 1
) AS b ON a.district = b.district

-- case: unique_key
-- ask: {metrics: [pass_revenue], by: [account__age_group]}
SELECT age_group AS account__age_group, sum(price) AS pass_revenue
FROM passes LEFT JOIN riders ON riders.account_no = passes.account_no GROUP BY 1

-- case: where_valid_at_the_time
-- ask: {metrics: [ride_count, passes], by: [metric_time__month], where: ["{{ Dimension('rider__plan') }} = 'plus'"]}
SELECT coalesce(a.month, b.month) AS metric_time__month, ride_count, passes
FROM (
  SELECT date_trunc('month', started_at) AS month, count(*) AS ride_count
  FROM rides JOIN plans ON plans.rider_id = rides.rider_id
    AND date_trunc('day', started_at) >= valid_from AND (date_trunc('day', started_at) < valid_to OR valid_to IS NULL)
  WHERE plan = 'plus' GROUP BY 1
) AS a
FULL JOIN (
  SELECT date_trunc('month', bought_at) AS month, count(*) AS passes
  FROM passes JOIN plans ON plans.rider_id = passes.rider_id
    AND date_trunc('day', bought_at) >= valid_from AND (date_trunc('day', bought_at) < valid_to OR valid_to IS NULL)
  WHERE plan = 'plus' GROUP BY 1
) AS b ON a.month = b.month

-- case: valid_from_the_middle_of_a_day
-- What begins at noon holds from the next day on: times are compared by the day of the ride.
-- ask: {metrics: [ride_count], by: [rider__helmet]}
SELECT helmet AS rider__helmet, count(*) AS ride_count
FROM rides LEFT JOIN helmets ON helmets.rider_id = rides.rider_id
  AND date_trunc('day', started_at) >= lent_at AND (date_trunc('day', started_at) < returned_at OR returned_at IS NULL)
GROUP BY 1

-- case: entities_of_two_facts
-- ask: {metrics: [ride_count, repairs_done], by: [station, bike]}
SELECT coalesce(a.station, b.station) AS station, coalesce(a.bike, b.bike) AS bike, ride_count, repairs_done
FROM (SELECT from_station_id AS station, bike_id AS bike, count(*) AS ride_count FROM rides GROUP BY 1, 2) AS a
FULL JOIN (SELECT station_id AS station, bike_id AS bike, count(*) AS repairs_done FROM repairs GROUP BY 1, 2) AS b
  ON coalesce(a.station, -1) = coalesce(b.station, -1) AND coalesce(a.bike, -1) = coalesce(b.bike, -1)
