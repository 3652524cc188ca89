select * from raw.shelves
