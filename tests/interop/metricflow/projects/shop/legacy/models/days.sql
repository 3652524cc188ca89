select * from raw.days
