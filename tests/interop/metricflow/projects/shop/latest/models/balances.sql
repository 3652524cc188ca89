select * from raw.balances
