select * from raw.prices
