select * from raw.hours
