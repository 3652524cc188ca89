"""The functions of the language: the one allow-list, the same for every dialect.

Canonical trees call these by name (`exp.Anonymous`); each dialect answers every name with a template.
The tables below are read once at import: ``name(arguments) -> type : what it gives``. The type is fixed, or
``= x`` (that of argument ``x``), ``sum x`` (likewise: exact numbers stay exact) or ``unify x`` (what holds
them all). Words in backticks are how an author writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["scalar", "aggregate", "spine", "window"]
Additivity = Literal["additive", "min_max", "non_additive"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes, what comes out, and how it behaves under grouping.

    ``duplicates_matter`` tells whether a repeated row changes the result; ``additivity`` whether the
    results of parts make the result of the whole (by adding, or by the same aggregate again).

    >>> REGISTRY["count_distinct"].duplicates_matter, REGISTRY["sum"].additivity
    (False, 'additive')
    """

    name: str
    arguments: tuple[str, ...]
    kind: Kind
    returns: str
    summary: str
    variadic: bool = False
    duplicates_matter: bool = False
    additivity: Additivity | None = None

    @property
    def signature(self) -> str:
        """The key under which a dialect answers: ``round_to(x, n)``, ``greatest(*x)``."""
        star = "*" if self.variadic else ""
        return (
            f"{self.name}({', '.join((*self.arguments[:-1], star + self.arguments[-1]))})"
            if (self.arguments)
            else f"{self.name}()"
        )


_SCALARS = """
coalesce(*x) -> unify x : the first that is not NULL
nullif(x, y) -> = x : x, or NULL where it equals y
greatest(*x) -> unify x : the largest; NULL where any is NULL
least(*x) -> unify x : the smallest; NULL where any is NULL
abs(x) -> = x : without its sign
sign(x) -> integer : -1, 0 or 1
floor(x) -> = x : the whole number at or below
ceil(x) -> = x : the whole number at or above
round(x) -> = x : to a whole number, half away from zero
round_float(x) -> float : `round(x)` of a float, half away from zero
round_to(x, n) -> = x : `round(x, n)`: n digits after the point, half away from zero
round_to_float(x, n) -> float : `round(x, n)` of a float: x times 10^n, rounded, divided again
integer_of_float(x) -> integer : `cast(x as integer)`, half away from zero
power(x, y) -> float : x to the power of y; NULL where that is no real number
power_by(x, n) -> float : `power(x, 2)`: a whole exponent that is written out
sqrt(x) -> float : square root; NULL of a negative number
exp(x) -> float : e to the power of x
ln(x) -> float : natural logarithm; NULL unless x is positive
log10(x) -> float : decimal logarithm; NULL unless x is positive
safe_divide(a, b) -> float : `a / b` in double precision; NULL where b is 0
divide_by(a, b) -> float : `a / 4`: a divisor that is written out
safe_int_divide(a, b) -> integer : `a // b`: toward zero; NULL where b is 0
safe_mod(a, b) -> unify a : `a % b`: with the sign of a; NULL where b is 0

lower(s) -> text : in small letters
upper(s) -> text : in capital letters
trim(s) -> text : without spaces at both ends
ltrim(s) -> text : without spaces at the start
rtrim(s) -> text : without spaces at the end
trim_characters(s, characters) -> text : `trim(s, 'xy')`: without any of these characters at both ends
length(s) -> integer : number of characters
substring(s, start, n) -> text : n characters from the start-th, counted from 1
substring_from(s, start) -> text : `substring(s, start)`: from the start-th character on
left(s, n) -> text : the first n characters
right(s, n) -> text : the last n characters
replace(s, old, new) -> text : every old text replaced by the new
concat(*x) -> text : one after the other; NULLs are left out
concat_ws(separator, *x) -> text : joined by the separator; NULLs are left out
str_position(s, part) -> integer : `strpos(s, part)`: where the part begins, counted from 1; 0 where it is not
starts_with(s, part) -> boolean : whether it begins so
ends_with(s, part) -> boolean : whether it ends so
contains(s, part) -> boolean : whether the part is in it
split_part(s, separator, n) -> text : the n-th part, counted from 1; '' where there are fewer
lpad(s, n, fill) -> text : filled or cut at the left to n characters
rpad(s, n, fill) -> text : filled or cut at the right to n characters
reverse(s) -> text : backwards
md5(s) -> text : MD5 of its UTF-8 bytes, in hexadecimal
ilike(s, pattern) -> boolean : `s ILIKE pattern`: LIKE without regard to case
regexp_matches(s, pattern) -> boolean : whether the pattern is found anywhere
regexp_matches_ignore_case(s, pattern) -> boolean : `regexp_matches(s, pattern, 'i')`
regexp_replace_all(s, pattern, replacement) -> text : `regexp_replace(…, 'g')`: every match replaced
regexp_replace_first(s, pattern, replacement) -> text : `regexp_replace(…)`: the first match replaced
regexp_extract(s, pattern) -> text : the first match, or NULL
regexp_extract_group(s, pattern) -> text : `regexp_extract(s, pattern, 1)`: its first group, or NULL
try_cast_integer(s) -> integer : `try_cast(s as integer)`: up to 18 digits; NULL where it is none
try_cast_decimal(s) -> decimal : `try_cast(s as decimal)`; NULL where it is none
try_cast_float(s) -> float : `try_cast(s as double)`; NULL where it is none
try_cast_boolean(s) -> boolean : `try_cast(s as boolean)`: 'true' or 'false'; NULL where it is neither
try_cast_date(s) -> date : `try_cast(s as date)`: YYYY-MM-DD; NULL where there is no such day
try_cast_timestamp(s) -> timestamp : `try_cast(s as timestamp)`: ISO 8601; NULL where there is no such time
date_of_text(s) -> date : `cast(s as date)`: of YYYY-MM-DD; an error where there is no such day
timestamp_of_text(s) -> timestamp : `cast(s as timestamp)`: of YYYY-MM-DD HH:MM:SS.ffffff, as far as it goes
text_of_date(d) -> text : `cast(d as text)`: YYYY-MM-DD
text_of_timestamp(t) -> text : `cast(t as text)`: YYYY-MM-DD HH:MM:SS
text_of_decimal(x) -> text : `cast(x as text)`: without zeros at the end

trunc_second_timestamp(t) -> timestamp : `date_trunc('second', t)`
trunc_minute_timestamp(t) -> timestamp : `date_trunc('minute', t)`
trunc_hour_timestamp(t) -> timestamp : `date_trunc('hour', t)`
trunc_day_timestamp(t) -> date : grain `day`
trunc_week_monday_date(d) -> date : `date_trunc('week', d)`: the Monday
trunc_week_sunday_date(d) -> date : grain `week` that starts on Sunday
trunc_week_saturday_date(d) -> date : grain `week` that starts on Saturday
trunc_month_date(d) -> date : `date_trunc('month', d)`: its first day
trunc_quarter_date(d) -> date : `date_trunc('quarter', d)`: its first day
trunc_year_date(d) -> date : `date_trunc('year', d)`: its first day
trunc_week_monday_timestamp(t) -> date : `date_trunc('week', t)`: the Monday
trunc_week_sunday_timestamp(t) -> date : grain `week` that starts on Sunday
trunc_week_saturday_timestamp(t) -> date : grain `week` that starts on Saturday
trunc_month_timestamp(t) -> date : `date_trunc('month', t)`: its first day
trunc_quarter_timestamp(t) -> date : `date_trunc('quarter', t)`: its first day
trunc_year_timestamp(t) -> date : `date_trunc('year', t)`: its first day
add_days_date(d, n) -> date : `d + n`: n days later
add_weeks_date(d, n) -> date : `d + interval (n) week`
add_months_date(d, n) -> date : `d + interval (n) month`: cut to the month's last day
add_quarters_date(d, n) -> date : `d + interval (n) quarter`: cut to the month's last day
add_years_date(d, n) -> date : `d + interval (n) year`: cut to the month's last day
add_seconds_timestamp(t, n) -> timestamp : `t + interval (n) second`
add_minutes_timestamp(t, n) -> timestamp : `t + interval (n) minute`
add_hours_timestamp(t, n) -> timestamp : `t + interval (n) hour`
add_days_timestamp(t, n) -> timestamp : `t + interval (n) day`
add_weeks_timestamp(t, n) -> timestamp : `t + interval (n) week`
add_months_timestamp(t, n) -> timestamp : `t + interval (n) month`: cut to the month's last day
add_quarters_timestamp(t, n) -> timestamp : `t + interval (n) quarter`: cut to the month's last day
add_years_timestamp(t, n) -> timestamp : `t + interval (n) year`: cut to the month's last day
day_of_week(d) -> integer : 1 is Monday, 7 is Sunday
day_of_month(d) -> integer : 1 to 31
day_of_year(d) -> integer : 1 to 366
week_of_year(d) -> integer : ISO week, 1 to 53
iso_year(d) -> integer : the year that the ISO week belongs to
month_of_year(d) -> integer : 1 to 12
quarter_of_year(d) -> integer : 1 to 4
year_of(d) -> integer : the year
hour_of_day(t) -> integer : 0 to 23
minute_of_hour(t) -> integer : 0 to 59
second_of_minute(t) -> integer : 0 to 59, without its fraction
to_local(t, zone) -> timestamp : `t AT TIME ZONE zone`: the wall clock at an instant
to_instant(t, zone) -> timestamptz : `t AT TIME ZONE zone`: the instant of a wall clock
date_of_timestamp(t) -> date : `cast(t as date)`: its day
timestamp_of_date(d) -> timestamp : `cast(d as timestamp)`: its midnight
today(zone) -> date : `current_date`: the day that it is in a zone
now_local(zone) -> timestamp : `localtimestamp`: the wall clock in a zone
now_instant() -> timestamptz : `now()`: this instant
days_between(a, b) -> integer : `date_diff('day', a, b)`: midnights from a to b
weeks_between_monday(a, b) -> integer : Monday midnights from a to b
weeks_between_sunday(a, b) -> integer : Sunday midnights from a to b
months_between(a, b) -> integer : `date_diff('month', a, b)`: beginnings of months from a to b
quarters_between(a, b) -> integer : `date_diff('quarter', a, b)`: beginnings of quarters from a to b
years_between(a, b) -> integer : `date_diff('year', a, b)`: New Years from a to b
hours_between(a, b) -> integer : `date_diff('hour', a, b)`: full hours struck from a to b
minutes_between(a, b) -> integer : `date_diff('minute', a, b)`: minutes begun from a to b
seconds_between(a, b) -> integer : `date_diff('second', a, b)`: seconds begun from a to b
last_day(d) -> date : the last day of its month
make_date(year, month, day) -> date : a date from its parts
format_year(d) -> text : `strftime(d, '%Y')`: 2024
format_year_month(d) -> text : `strftime(d, '%Y-%m')`: 2024-02
format_compact_month(d) -> text : `strftime(d, '%Y%m')`: 202402
format_compact_date(d) -> text : `strftime(d, '%Y%m%d')`: 20240229
month_name(d) -> text : `strftime(d, '%B')`: February
day_name(d) -> text : `strftime(d, '%A')`: Thursday
"""

# name(arguments) -> type | do duplicates matter, additivity : what it gives
_AGGREGATES = """
sum(x) -> sum x | duplicates additive : sum; of decimals a decimal
count(x) -> integer | duplicates additive : number of values that are not NULL
count_rows() -> integer | duplicates additive : `count(*)`
total_count(n) -> integer | duplicates additive : a sum of counts, as an integer
count_distinct(x) -> integer | non_additive : `count(distinct x)`
count_distinct_tuple(*columns) -> integer | non_additive : `count(distinct (a, b))`: of rows without any NULL
avg(x) -> float | duplicates non_additive : mean, in double precision
min(x) -> = x | min_max : the smallest value
max(x) -> = x | min_max : the largest value
median(x) -> float | duplicates non_additive : the middle value, between two of them interpolated
percentile_cont(x, p) -> float | duplicates non_additive : `… within group (order by x)`: interpolated
percentile_disc(x, p) -> = x | duplicates non_additive : `… within group (order by x)`: one of the values
approx_percentile(x, p) -> float | duplicates non_additive : about `percentile_cont(p)`; exact on Postgres
stddev_samp(x) -> float | duplicates non_additive : standard deviation of a sample
stddev_pop(x) -> float | duplicates non_additive : standard deviation of all
var_samp(x) -> float | duplicates non_additive : variance of a sample
var_pop(x) -> float | duplicates non_additive : variance of all
covar_samp(x, y) -> float | duplicates non_additive : covariance of a sample
covar_pop(x, y) -> float | duplicates non_additive : covariance of all
corr(x, y) -> float | duplicates non_additive : Pearson's correlation; NULL where one side does not vary
bool_and(x) -> boolean | min_max : whether all are true
bool_or(x) -> boolean | min_max : whether any is true
approx_count_distinct(x) -> integer | non_additive : about `count(distinct x)`; exact on Postgres
string_agg(x, separator) -> text | duplicates non_additive : joined in the order of the values
string_agg_distinct(x, separator) -> text | non_additive : `string_agg(distinct x, …)`: in their order
any_value(x) -> = x | min_max : one of the values that are not NULL
arg_max(x, y) -> = x | non_additive : the x of the row with the largest y
arg_min(x, y) -> = x | non_additive : the x of the row with the smallest y
sum_distinct(x) -> sum x | non_additive : `sum(distinct x)`
avg_distinct(x) -> float | non_additive : `avg(distinct x)`
align_pick(x) -> = x | min_max : the one value that there is, when facts are aligned
align_pick_boolean(x) -> boolean | min_max : the one boolean that there is, when facts are aligned
"""

_SPINES = """
spine_second(lo, hi) -> timestamp : a row a second
spine_minute(lo, hi) -> timestamp : a row a minute
spine_hour(lo, hi) -> timestamp : a row an hour
spine_day(lo, hi) -> date : a row a day
spine_week(lo, hi) -> date : a row a week
spine_month(lo, hi) -> date : a row a month
spine_quarter(lo, hi) -> date : a row a quarter
spine_year(lo, hi) -> date : a row a year
"""

_WINDOWS = """
row_number() -> integer : 1, 2, 3 … by the order
rank() -> integer : with gaps after ties
dense_rank() -> integer : without gaps after ties
percent_rank() -> float : (rank - 1) / (rows - 1)
cume_dist() -> float : share of rows that come no later
ntile(n) -> integer : n buckets of equal size, the larger first
lag(x) -> = x : the value of the row before
lag_by(x, n) -> = x : `lag(x, n)`: of the n-th row before
lead(x) -> = x : the value of the row after
lead_by(x, n) -> = x : `lead(x, n)`: of the n-th row after
first_value(x) -> = x : of the first row of the frame
last_value(x) -> = x : of the last row of the frame
"""

_ADDITIVITY: tuple[Additivity, ...] = ("additive", "min_max", "non_additive")
_LINE = re.compile(
    r"(?P<name>\w+)\((?P<arguments>.*?)\) -> (?P<returns>[= \w]+?)"
    r"(?: \| (?P<notes>[\w ]*?))? : (?P<summary>.+)$"
)


def _read(table: str, kind: Kind) -> Iterator[Function]:
    for line in filter(None, table.splitlines()):
        match = _LINE.match(line)
        assert match, line
        yield _function(match, kind)


def _function(match: re.Match[str], kind: Kind) -> Function:
    arguments = tuple(filter(None, match["arguments"].split(", ")))
    notes = (match["notes"] or "").split()
    return Function(
        name=match["name"],
        arguments=tuple(argument.lstrip("*") for argument in arguments),
        kind=kind,
        returns=match["returns"].replace("= ", "as "),
        summary=match["summary"],
        variadic="*" in match["arguments"],
        duplicates_matter="duplicates" in notes,
        additivity=next((name for name in _ADDITIVITY if name in notes), None),
    )


REGISTRY: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            *_read(_SCALARS, "scalar"),
            *_read(_AGGREGATES, "aggregate"),
            *_read(_SPINES, "spine"),
            *_read(_WINDOWS, "window"),
        )
    }
)
