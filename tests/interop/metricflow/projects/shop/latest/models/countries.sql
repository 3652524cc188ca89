select * from raw.countries
