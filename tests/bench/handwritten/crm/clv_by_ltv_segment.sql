-- {"metrics": ["clv"], "by": ["customer_value.ltv_segment"]}
WITH days AS (
  SELECT
    bought.customer_id,
    bought.day,
    SUM(lines.amount) AS amount,
    SUM(lines.quantity * COALESCE(lines.unit_cost, products.unit_cost)) AS cost
  FROM order_lines AS lines
  INNER JOIN (
    SELECT order_id, customer_id, CAST(ordered_at AS DATE) AS day
    FROM orders
    WHERE customer_id IS NOT NULL AND ordered_at < TIMESTAMP '2025-01-01'
  ) AS bought
    ON bought.order_id = lines.order_id
  LEFT JOIN products
    ON products.product_id = lines.product_id
  GROUP BY 1, 2
), bought AS (
  SELECT
    customer_id,
    MIN(day) FILTER (WHERE amount > 0) AS first_day,
    SUM(amount) AS revenue,
    SUM(cost) AS cost
  FROM days
  GROUP BY 1
), spent AS (
  SELECT customer_id, SUM(amount) AS cost
  FROM customer_costs
  WHERE kind IN ('acquisition', 'dm', 'telemarketing', 'service')
    AND cost_date < DATE '2025-01-01'
  GROUP BY 1
), valued AS (
  SELECT
    customers.customer_id,
    COALESCE(bought.revenue, 0) AS revenue,
    DATE '2024-12-31' - bought.first_day AS tenure,
    COALESCE(bought.revenue, 0) - COALESCE(bought.cost, 0) - COALESCE(spent.cost, 0) AS profit,
    DATE_DIFF('month', bought.first_day, DATE '2024-12-31') + 1 AS periods
  FROM customers
  LEFT JOIN bought
    ON bought.customer_id = customers.customer_id
  LEFT JOIN spent
    ON spent.customer_id = customers.customer_id
), lined_up AS (
  SELECT
    revenue,
    tenure,
    CAST(CAST(profit AS DOUBLE) / periods AS DECIMAL(18, 4)) AS profit_per_period,
    profit
  FROM valued
), cuts AS (
  SELECT MEDIAN(tenure) AS tenure, MEDIAN(profit_per_period) AS profit_per_period
  FROM lined_up
  WHERE tenure >= 0 AND profit > 0
)
SELECT
  CASE
    WHEN lined_up.profit_per_period >= cuts.profit_per_period
      THEN CASE WHEN lined_up.tenure >= cuts.tenure THEN 'E' ELSE 'A' END
    WHEN lined_up.profit_per_period >= 0
      THEN CASE WHEN lined_up.tenure >= cuts.tenure THEN 'D' ELSE 'C' END
    WHEN lined_up.profit_per_period < 0 THEN 'B'
  END AS segment,
  SUM(lined_up.revenue)
FROM lined_up, cuts
GROUP BY segment
ORDER BY segment NULLS LAST
