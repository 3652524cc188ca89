-- What the SQL by hand has in common; nothing of it is made by the package.
CREATE TEMP VIEW months AS
SELECT CAST(range AS DATE) AS month, CAST(range + INTERVAL 1 MONTH AS DATE) AS ends
FROM RANGE(DATE '2016-10-01', DATE '2018-04-01', INTERVAL 1 MONTH);

CREATE TEMP VIEW lines AS
SELECT *, CAST(transaction_timestamp AS DATE) AS day FROM transactions LEFT JOIN products USING (product_id);

CREATE TEMP VIEW household_days AS
SELECT household_id, CAST(transaction_timestamp AS DATE) AS day, SUM(sales_value) AS net_sales
FROM transactions
GROUP BY ALL;

-- A household's points are all that it has spent until the end of a month in which it bought something.
CREATE TEMP VIEW balances AS
SELECT a.household_id, a.month, SUM(b.spent) AS points
FROM (SELECT DISTINCT household_id, DATE_TRUNC('month', day) AS month FROM household_days) AS a
JOIN (SELECT household_id, DATE_TRUNC('month', day) AS month, SUM(net_sales) AS spent FROM household_days GROUP BY ALL) AS b
  ON b.household_id = a.household_id AND b.month <= a.month
GROUP BY ALL;

-- The six months up to the end of 2017, for each household; a score is a fifth of the households in order.
CREATE TEMP VIEW half_year AS
SELECT
  households.household_id,
  COALESCE(SUM(net_sales), 0) AS monetary,
  NTILE(5) OVER (ORDER BY MAX(day) NULLS FIRST, households.household_id) AS r
FROM households
LEFT JOIN household_days AS d
  ON d.household_id = households.household_id AND d.day BETWEEN DATE '2017-07-01' AND DATE '2017-12-31'
GROUP BY households.household_id;

CREATE TEMP VIEW scored AS
SELECT
  *,
  CASE
    WHEN monetary < 250 OR (monetary < 1000 AND r = 1) THEN 'occasional'
    WHEN monetary < 1000 THEN 'promising'
    WHEN r = 1 THEN 'at risk'
    WHEN monetary < 2500 THEN 'loyal'
    ELSE 'champions'
  END AS segment
FROM half_year;
