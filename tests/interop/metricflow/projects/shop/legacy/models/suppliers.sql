select * from raw.suppliers
