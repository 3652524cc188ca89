"""The functions of the language: the one allow-list, the same for every dialect.

Canonical trees call these by name (`exp.Anonymous`); each dialect answers every name with a template.
The tables below are read once at import: ``name(arguments) -> type``, where the type is fixed, or ``= x``
(that of argument ``x``), ``sum x`` (likewise: exact numbers stay exact) or ``unify x`` (what holds them all).
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
coalesce(*x) -> unify x
nullif(x, y) -> = x
greatest(*x) -> unify x
least(*x) -> unify x
abs(x) -> = x
sign(x) -> integer
floor(x) -> = x
ceil(x) -> = x
round(x) -> = x
round_float(x) -> float
round_to(x, n) -> = x
round_to_float(x, n) -> float
power(x, y) -> float
sqrt(x) -> float
exp(x) -> float
ln(x) -> float
log10(x) -> float
safe_divide(a, b) -> float
divide_by(a, b) -> float
safe_int_divide(a, b) -> integer
safe_mod(a, b) -> unify a

lower(s) -> text
upper(s) -> text
trim(s) -> text
ltrim(s) -> text
rtrim(s) -> text
trim_characters(s, characters) -> text
length(s) -> integer
substring(s, start, n) -> text
substring_from(s, start) -> text
left(s, n) -> text
right(s, n) -> text
replace(s, old, new) -> text
concat(*x) -> text
concat_ws(separator, *x) -> text
str_position(s, part) -> integer
starts_with(s, part) -> boolean
ends_with(s, part) -> boolean
contains(s, part) -> boolean
split_part(s, separator, n) -> text
lpad(s, n, fill) -> text
rpad(s, n, fill) -> text
reverse(s) -> text
md5(s) -> text
ilike(s, pattern) -> boolean
regexp_matches(s, pattern) -> boolean
regexp_matches_ignore_case(s, pattern) -> boolean
regexp_replace_all(s, pattern, replacement) -> text
regexp_replace_first(s, pattern, replacement) -> text
regexp_extract(s, pattern) -> text
regexp_extract_group(s, pattern) -> text
try_cast_integer(s) -> integer
try_cast_decimal(s) -> decimal
try_cast_float(s) -> float
try_cast_boolean(s) -> boolean
try_cast_date(s) -> date
try_cast_timestamp(s) -> timestamp
text_of_timestamp(t) -> text

trunc_second_timestamp(t) -> timestamp
trunc_minute_timestamp(t) -> timestamp
trunc_hour_timestamp(t) -> timestamp
trunc_day_timestamp(t) -> date
trunc_week_monday_date(d) -> date
trunc_week_sunday_date(d) -> date
trunc_week_saturday_date(d) -> date
trunc_month_date(d) -> date
trunc_quarter_date(d) -> date
trunc_year_date(d) -> date
trunc_week_monday_timestamp(t) -> date
trunc_week_sunday_timestamp(t) -> date
trunc_week_saturday_timestamp(t) -> date
trunc_month_timestamp(t) -> date
trunc_quarter_timestamp(t) -> date
trunc_year_timestamp(t) -> date
add_days_date(d, n) -> date
add_weeks_date(d, n) -> date
add_months_date(d, n) -> date
add_quarters_date(d, n) -> date
add_years_date(d, n) -> date
add_seconds_timestamp(t, n) -> timestamp
add_minutes_timestamp(t, n) -> timestamp
add_hours_timestamp(t, n) -> timestamp
add_days_timestamp(t, n) -> timestamp
add_weeks_timestamp(t, n) -> timestamp
add_months_timestamp(t, n) -> timestamp
add_quarters_timestamp(t, n) -> timestamp
add_years_timestamp(t, n) -> timestamp
day_of_week(d) -> integer
day_of_month(d) -> integer
day_of_year(d) -> integer
week_of_year(d) -> integer
iso_year(d) -> integer
month_of_year(d) -> integer
quarter_of_year(d) -> integer
year_of(d) -> integer
hour_of_day(t) -> integer
minute_of_hour(t) -> integer
second_of_minute(t) -> integer
to_local(t, zone) -> timestamp
to_instant(t, zone) -> timestamptz
date_of_timestamp(t) -> date
timestamp_of_date(d) -> timestamp
today(zone) -> date
now_local(zone) -> timestamp
now_instant() -> timestamptz
days_between(a, b) -> integer
weeks_between_monday(a, b) -> integer
weeks_between_sunday(a, b) -> integer
months_between(a, b) -> integer
quarters_between(a, b) -> integer
years_between(a, b) -> integer
hours_between(a, b) -> integer
minutes_between(a, b) -> integer
seconds_between(a, b) -> integer
last_day(d) -> date
make_date(year, month, day) -> date
format_year(d) -> text
format_year_month(d) -> text
format_compact_month(d) -> text
format_compact_date(d) -> text
month_name(d) -> text
day_name(d) -> text
"""

# name(arguments) -> type | do duplicates matter | additivity
_AGGREGATES = """
sum(x) -> sum x | duplicates additive
count(x) -> integer | duplicates additive
count_rows() -> integer | duplicates additive
total_count(n) -> integer | duplicates additive
count_distinct(x) -> integer | non_additive
count_distinct_tuple(*columns) -> integer | non_additive
avg(x) -> float | duplicates non_additive
min(x) -> = x | min_max
max(x) -> = x | min_max
median(x) -> float | duplicates non_additive
percentile_cont(x, p) -> float | duplicates non_additive
percentile_disc(x, p) -> = x | duplicates non_additive
stddev_samp(x) -> float | duplicates non_additive
stddev_pop(x) -> float | duplicates non_additive
var_samp(x) -> float | duplicates non_additive
var_pop(x) -> float | duplicates non_additive
covar_samp(x, y) -> float | duplicates non_additive
covar_pop(x, y) -> float | duplicates non_additive
corr(x, y) -> float | duplicates non_additive
bool_and(x) -> boolean | min_max
bool_or(x) -> boolean | min_max
approx_count_distinct(x) -> integer | non_additive
string_agg(x, separator) -> text | duplicates non_additive
string_agg_distinct(x, separator) -> text | non_additive
any_value(x) -> = x | min_max
arg_max(x, y) -> = x | non_additive
arg_min(x, y) -> = x | non_additive
sum_distinct(x) -> sum x | non_additive
avg_distinct(x) -> float | non_additive
align_pick(x) -> = x | min_max
align_pick_boolean(x) -> boolean | min_max
"""

_SPINES = """
spine_second(lo, hi) -> timestamp
spine_minute(lo, hi) -> timestamp
spine_hour(lo, hi) -> timestamp
spine_day(lo, hi) -> date
spine_week(lo, hi) -> date
spine_month(lo, hi) -> date
spine_quarter(lo, hi) -> date
spine_year(lo, hi) -> date
"""

_WINDOWS = """
row_number() -> integer
rank() -> integer
dense_rank() -> integer
percent_rank() -> float
cume_dist() -> float
ntile(n) -> integer
lag(x) -> = x
lag_by(x, n) -> = x
lead(x) -> = x
lead_by(x, n) -> = x
first_value(x) -> = x
last_value(x) -> = x
"""

_ADDITIVITY: tuple[Additivity, ...] = ("additive", "min_max", "non_additive")
_LINE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*?)\) -> (?P<returns>[= \w]+?)(?: \| (?P<notes>.*))?$")


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
