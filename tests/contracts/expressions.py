"""Expressions that mean the same to DuckDB and to us, as an author writes them, by topic."""

from __future__ import annotations

_ROWS = r"""
# arithmetic
i + j * 2 - (n - 1)
-(i + j)
- -i
i - -j
(i - j) - n
i - (j - n)
i * (j + n)
(i + j) * n
m * 2.5 - 1
@i
abs(-m)
i + 1.5
i * 1e2
i + f
m * 1.25
i * 0.1 = 0.7
0.1 + 0.2 = 0.3
# conditions
i is null or j > 2 and n < 3
(i is null or j > 2) and n < 3
not (i > 3 or j > 2)
not i is null
i is not null
not (i is null)
(i > 3) is null
(i > 3) is true
(i > 3) is not true
(i > 3) is not false
(i > 3) = (j > 2)
i = j
i <> j
i == j
i in (7, -7, 0)
i not in (7, -7, 0)
j between 1 and 3
j not between 1 and 3
i is distinct from j
i is not distinct from j
s like '%-%'
s not like '%-%'
s ilike 'ABC%'
s not ilike 'ABC%'
s like 'abc%' or s like '%b'
i between 0.5 and 7.5
i = m
f = 0.1
m in (2.5, 0)
null = i
i in (1, null)
not (i in (1, null))
(b and null) is null
i is distinct from null
b = true
s < p
s between 'a' and 'z'
# choosing
case when i > 3 then 'big' when i is null then 'none' else 'small' end
case j when 2 then 'two' when 3 then 'three' end
case when b then 1 end
if(i > 3, 1, 0)
coalesce(i, j, 0)
ifnull(i, 0)
nullif(j, 2)
case when b then 1.5 else i end
case when null then 1 else 2 end
coalesce(i, m)
coalesce(d, t)
coalesce(null, i)
nullif(s, '')
ifnull(s, p)
# casts
j::decimal(12, 2) * 2
cast(m as bigint)
cast(i as double)
cast(i as text)
cast(b as text)
cast(d as text)
b::int
j::boolean
'5'::int + i
'2024-02-29'::date
cast(t as date)
t::date
d::timestamp
z::date
z::timestamp
cast('2024-03-10 02:30:00+09' as timestamptz)
cast(m * 1.5 as bigint)
cast(i as decimal(20, 2))
cast('12.5' as decimal(10, 2))
cast('1e3' as double)
# text
s || '-' || p
'n=' || i
'd=' || d
'b=' || b
concat(s, p, i, d)
concat_ws('/', s, p)
lower(s) || upper(p)
length(s) + len(p)
substring(s, 2, 3)
substr(s, 2)
substring(s from 2 for 2)
left(s, 3)
right(s, 3)
replace(s, 'a', '')
trim(s)
trim(s, 'a ')
ltrim(s)
rtrim(s)
strpos(s, 'a')
position('a' in s)
instr(s, 'e')
starts_with(s, 'a')
s ^@ 'AB'
prefix(s, 'AB')
suffix(s, 'ghi')
ends_with(s, 'ghi')
contains(s, 'de')
split_part(s, '-', 2)
lpad(s, 8, '*')
rpad(s, 8, '*')
reverse(s)
md5(s)
s || i || d
length(i::text)
concat(s)
upper(p) = p
left(s, 0)
substring(s, 2, 0)
lpad(s, 0, 'x')
# patterns
regexp_matches(s, '[a-c]{2}')
regexp_matches(s, 'ABC', 'i')
regexp_replace(s, '[aeiou]', '_')
regexp_replace(s, '[aeiou]', '_', 'g')
regexp_matches(s, '\d')
regexp_matches(s, '[a-z]\s')
regexp_matches(s, '^.b')
p like '%é%'
s like '_b%'
regexp_replace(s, '([A-Z])B', '<\1>', 'g')
# numbers
round(m)
round(m, 1)
round(f)
round(f, 1)
round(i)
floor(m)
ceil(m)
floor(j)
sign(i)
power(j, 2)
j ** 2
j ^ 2
exp(j)
i // nullif(j, 0)
i % nullif(j, 0)
mod(i, nullif(j, 0))
-i % 4
round(m, -1)
round(f, 2)
round(f, -1)
round(i / 3.0, 2)
round(m * 100) / 100
m / 3
i * 1.5 / 2
power(f, 2)
abs(f)
sign(m)
mod(m, 2)
abs(i) % 3
round(i * 0.1, 1)
# days
d + 3
3 + d
d - 3
d - -3
d + n::int
d - n::int
d - e
d + interval '3 months' > e
cast(d + interval '3 months' as date)
cast(d - interval 1 month as date)
cast(d + interval (n) day as date)
cast(interval '2 weeks' + d as date)
cast(date_add(d, interval 1 year) as date)
d + (j * 0 + 1)::int
cast(d + interval (n) quarter as date)
cast(d - interval (n) week as date)
# clocks
t + interval '90 minutes'
t - interval 2 hour
t + interval (n) month
t - interval '1 quarter'
date '2024-02-29' + 1
t + interval (n) hour
t - interval (n) day
z + interval '1 hour'
z - interval (n) minute
# grains
cast(date_trunc('week', d) as date)
cast(date_trunc('month', d) as date)
cast(date_trunc('quarter', t) as date)
cast(date_trunc('year', t) as date)
cast(date_trunc('day', t) as date)
date_trunc('hour', t)
date_trunc('minute', t)
cast(date_trunc('month', z) as date)
cast(date_trunc('day', z) as date)
cast(date_trunc('week', z) as date)
cast(date_trunc('week', t) as date)
cast(date_trunc('quarter', d) as date)
date_trunc('second', t)
# differences
date_diff('day', d, e)
date_diff('month', d, e)
date_diff('quarter', d, e)
datediff('year', d, e)
date_diff('day', t, u)
date_diff('hour', t, u)
date_diff('minute', t, u)
date_diff('second', t, u)
date_diff('day', z, d)
date_diff('hour', z, t)
date_diff('month', t, u)
date_diff('quarter', z, d)
# parts
extract(year from d)
extract(isodow from d)
extract(dow from d)
extract(doy from d)
extract(week from d)
extract(quarter from t)
extract(hour from t)
extract(hour from z)
extract(day from z)
date_part('month', d)
year(d) * 100 + month(d)
day(t)
dayofmonth(d)
dayofyear(d)
isodow(d)
weekday(d)
week(d)
weekofyear(d)
isoyear(d)
quarter(d)
hour(t)
minute(t)
second(t)
hour(z)
last_day(d)
make_date(2024, 2, 29)
extract(week from t)
extract(year from z)
date_part('hour', z)
make_date(year(d), 1, 1)
last_day(t)
last_day(z)
isodow(t)
# formats
strftime(d, '%Y-%m')
strftime(t, '%Y-%m-%d')
strftime(d, '%Y%m%d')
strftime(t, '%Y-%m-%d %H:%M:%S')
strftime(d, '%B')
monthname(d)
dayname(d)
strftime(z, '%Y-%m-%d')
cast(strftime(d, '%Y-%m-%d') as date) + 1
cast(strftime(t, '%Y-%m-%d %H:%M:%S') as timestamp) > u
strftime(t, '%Y')
strftime(d, '%A')
# zones
t at time zone 'America/New_York' > timestamptz '2024-01-01 00:00:00+00'
z at time zone 'America/New_York'
timezone('America/New_York', z)
z > timestamptz '2024-01-01 00:00:00+09'
z > '2024-01-01'
z >= date '2024-01-01'
z < timestamp '2024-01-01 00:30:00'
z between '2024-01-01' and '2024-12-31'
cast(z as date) + 1
z at time zone 'Australia/Lord_Howe'
cast(z at time zone 'Europe/London' as date)
# comparisons
d >= '2024-01-01'
d = date '2024-02-29'
d in ('2024-02-29', '2024-01-31')
t >= date '2024-01-01'
t < '2024-03-01'
t > d
case when d > '2024-01-01' then d else date '2000-01-01' end
coalesce(d, date '2000-01-01')
(d > e) = (t > u)
d between '2024-01-01' and '2024-12-31'
t in ('2024-02-28 23:59:59', '2024-03-10 02:30:00')
# reading
strptime('2024-02-29', '%Y-%m-%d') > d
try_cast('12' as int) + i
try_cast(s as int)
try_cast(s as double)
try_cast(s as date)
try_cast(s as timestamp)
try_cast(s as boolean)
try_cast(s as decimal(10, 2))
"""

_AGGREGATES = """
sum(i)
sum(m * j)
sum(distinct j)
sum(j) filter (where b)
sum(case when b then j else 0 end)
count(*)
count()
count(1)
count(s)
count(distinct j)
count(*) filter (where j > 2)
count(distinct j) filter (where n > 0)
count_if(j > 2)
avg(j)
mean(j)
avg(m) filter (where b)
min(d)
max(t)
min(b)
max(b)
min(s) filter (where b)
median(j)
quantile_cont(j, 0.25)
quantile_disc(j, 0.25)
percentile_cont(0.9) within group (order by j)
percentile_cont(0.9) within group (order by j desc)
percentile_disc(0.9) within group (order by j)
stddev(j)
stddev_pop(j)
variance(j)
var_pop(j)
covar_pop(j, n)
covar_samp(j, n)
corr(j, n)
bool_and(b)
bool_or(b)
string_agg(s, '|' order by s)
string_agg(distinct p, '|' order by p)
string_agg(s, '|' order by s) filter (where b)
arg_max(s, m)
max_by(s, m)
arg_min(s, m)
sum(j) / count(*)
sum(j) / count(*) * 100
sum(m) - sum(m) filter (where b)
max(d) - min(d)
round(avg(m), 2)
cast(sum(j) as decimal(12, 2)) / 3
sum(f)
avg(f)
count(distinct d)
count(distinct s)
max(z)
min(u)
median(m)
quantile_cont(m, 0.5)
arg_max(d, t)
arg_min(s, d)
sum(i * 0.1)
sum(case when b then 1.5 else i end)
count(distinct case when b then s end)
avg(distinct j)
sum(m) / sum(j)
max(i) - min(i)
coalesce(sum(j), 0)
"""


def _topics(text: str) -> dict[str, list[str]]:
    """The lines below each heading."""
    found: dict[str, list[str]] = {}
    for line in text.strip().splitlines():
        if line.startswith("# "):
            topic = found.setdefault(line[2:], [])
        else:
            topic.append(line)
    return found


#: Expressions over a row, by topic.
ROW_EXPRESSIONS = _topics(_ROWS)
#: Aggregates and expressions of them.
AGGREGATES = _AGGREGATES.strip().splitlines()
