-- What the SQL by hand has in common; nothing of it is made by the package.
CREATE TEMP VIEW months AS
SELECT CAST(range AS DATE) AS month, CAST(range + INTERVAL 1 MONTH AS DATE) AS ends
FROM RANGE(DATE '1997-01-01', DATE '1999-01-01', INTERVAL 1 MONTH);

CREATE TEMP VIEW visits AS
SELECT customer_id, date AS day, SUM(dollar_value) AS amount
FROM purchases
GROUP BY customer_id, date
HAVING SUM(dollar_value) > 0;

CREATE TEMP VIEW firsts AS SELECT customer_id, MIN(date) AS day FROM purchases GROUP BY customer_id;

-- The twelve months up to 30 June 1998, for each customer; a score is a fifth of the customers in order.
CREATE TEMP VIEW scored AS
SELECT
  firsts.customer_id,
  COUNT(v.day) AS frequency,
  COALESCE(SUM(amount), 0) AS monetary,
  NTILE(5) OVER (ORDER BY MAX(v.day) NULLS FIRST, firsts.customer_id) AS r,
  NTILE(5) OVER (ORDER BY COUNT(v.day), firsts.customer_id) AS f,
  NTILE(5) OVER (ORDER BY COALESCE(SUM(amount), 0), firsts.customer_id) AS m,
  CASE COUNT(v.day)
    WHEN 0 THEN 'asleep'
    WHEN 1 THEN 'once'
    WHEN 2 THEN IF(SUM(amount) >= 250, 'loyal', 'promising')
    WHEN 3 THEN IF(SUM(amount) >= 250, 'loyal', 'promising')
    ELSE IF(SUM(amount) >= 250, 'champions', 'loyal')
  END AS segment
FROM firsts
LEFT JOIN visits AS v
  ON v.customer_id = firsts.customer_id AND v.day BETWEEN DATE '1997-07-01' AND DATE '1998-06-30'
GROUP BY firsts.customer_id;
