select * from raw.calendar
