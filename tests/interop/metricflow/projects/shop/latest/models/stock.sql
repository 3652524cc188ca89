select * from raw.stock
