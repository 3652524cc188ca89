select * from raw.buys
