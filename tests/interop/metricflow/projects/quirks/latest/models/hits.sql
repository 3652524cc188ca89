select * from raw.hits
