select * from raw.visits
