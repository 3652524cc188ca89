"""What an author writes keeps its meaning: DuckDB's own answer against ours, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.canonical import ZONE, Misfit, canonical, canonical_statement
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.functions import REGISTRY
from semantic.source import Span, Text
from semantic.spec.types import Function, TypeName
from tests.contracts.rows import TYPES
from tests.engines import Engine

SEOUL = "Asia/Seoul"


def type_of(column: exp.Expr) -> TypeName | None:
    return TYPES.get(column.name)


def read(text: str, authoring: str = "duckdb") -> exp.Expr:
    return canonical(sqlglot.parse_one(text, read=authoring), type_of, {}, authoring)


def zoned(tree: exp.Expr) -> exp.Expr:
    """The tree with the calendar's zone put in, as the binder does."""
    for node in list(tree.find_all(exp.Placeholder)):
        if node.name == ZONE:
            node.replace(exp.Literal.string(SEOUL))
    return tree


def written(dialect: str, text: str) -> str:
    target = load(dialect)
    return target.translate(zoned(read(text))).sql(target.answers.sqlglot)


def plain(value: Any) -> Any:
    """Values as the engines agree on them: numbers by value, rounded to what a double holds."""
    return float(f"{value:.12e}") if isinstance(value, float) else value


ROW_EXPRESSIONS = """
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
i != j
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
case when i > 3 then 'big' when i is null then 'none' else 'small' end
case j when 2 then 'two' when 3 then 'three' end
case when b then 1 end
if(i > 3, 1, 0)
coalesce(i, j, 0)
ifnull(i, 0)
nullif(j, 2)
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
regexp_matches(s, '[a-c]{2}')
regexp_matches(s, 'ABC', 'i')
regexp_replace(s, '[aeiou]', '_')
regexp_replace(s, '[aeiou]', '_', 'g')
round(m)
round(m, 1)
round(f)
round(f, 1)
round(i)
floor(m)
ceil(m)
ceiling(f)
floor(j)
sign(i)
power(j, 2)
pow(j, 2)
j ** 2
j ^ 2
exp(j)
i // nullif(j, 0)
i % nullif(j, 0)
mod(i, nullif(j, 0))
-i % 4
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
t + interval '90 minutes'
t - interval 2 hour
t + interval (n) month
t - interval '1 quarter'
date '2024-02-29' + 1
cast(date_trunc('week', d) as date)
cast(date_trunc('month', d) as date)
cast(date_trunc('quarter', t) as date)
cast(date_trunc('year', t) as date)
cast(date_trunc('day', t) as date)
date_trunc('hour', t)
date_trunc('minute', t)
cast(date_trunc('month', z) as date)
cast(date_trunc('day', z) as date)
date_diff('day', d, e)
date_diff('month', d, e)
date_diff('quarter', d, e)
datediff('year', d, e)
date_diff('day', t, u)
date_diff('hour', t, u)
date_diff('minute', t, u)
date_diff('second', t, u)
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
strftime(d, '%Y-%m')
strftime(t, '%Y-%m-%d')
strftime(d, '%Y%m%d')
strftime(t, '%Y-%m-%d %H:%M:%S')
strftime(d, '%B')
monthname(d)
dayname(d)
t at time zone 'America/New_York' > timestamptz '2024-01-01 00:00:00+00'
z at time zone 'America/New_York'
timezone('America/New_York', z)
z > timestamptz '2024-01-01 00:00:00+09'
z > '2024-01-01'
z >= date '2024-01-01'
z < timestamp '2024-01-01 00:30:00'
z between '2024-01-01' and '2024-12-31'
d >= '2024-01-01'
d = date '2024-02-29'
d in ('2024-02-29', '2024-01-31')
t >= date '2024-01-01'
t < '2024-03-01'
t > d
case when d > '2024-01-01' then d else date '2000-01-01' end
coalesce(d, date '2000-01-01')
(d > e) = (t > u)
strptime('2024-02-29', '%Y-%m-%d') > d
try_cast('12' as int) + i
""".strip().splitlines()

AGGREGATES = """
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
""".strip().splitlines()


@pytest.fixture(scope="module")
def native(duck: Engine, engine: Engine) -> Iterator[Engine]:
    """DuckDB with the calendar's zone as its session's: what the author had in mind."""
    if engine.dialect != "duckdb":
        from tests.contracts.rows import table

        table(duck, dict(load("duckdb").answers.types))
    duck.run(f"SET TimeZone = '{SEOUL}'")
    yield duck
    duck.run("SET TimeZone = 'America/New_York'")
    if engine.dialect != "duckdb":
        duck.run("DROP TABLE r")


@pytest.mark.parametrize("text", ROW_EXPRESSIONS)
def test_meaning_of_an_expression(native: Engine, engine: Engine, text: str) -> None:
    ours = written(engine.dialect, text)
    expected = [plain(value) for (value,) in native.rows(f"SELECT {text} FROM r ORDER BY id")]
    found = [plain(value) for (value,) in engine.rows(f"SELECT {ours} FROM r ORDER BY id")]
    assert found == expected, ours


@pytest.mark.parametrize("text", AGGREGATES)
@pytest.mark.parametrize("condition", ["TRUE", "b", "id > 8"])
def test_meaning_of_an_aggregate(native: Engine, engine: Engine, text: str, condition: str) -> None:
    ours = written(engine.dialect, text)
    ((expected,),) = native.rows(f"SELECT {text} FROM r WHERE {condition}")
    ((found,),) = engine.rows(f"SELECT {ours} FROM r WHERE {condition}")
    assert (
        found == pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else found == expected
    ), ours


CLASSES: dict[TypeName, tuple[type, ...]] = {
    "integer": (int, Decimal),
    "decimal": (Decimal,),
    "float": (float,),
    "text": (str,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "timestamptz": (datetime,),
}


@pytest.mark.parametrize("text", [*ROW_EXPRESSIONS, *AGGREGATES])
def test_inferred_types(engine: Engine, text: str) -> None:
    tree = read(text)
    kind = infer(tree, type_of)
    assert kind is not None
    target = load(engine.dialect)
    ours = target.translate(zoned(tree)).sql(target.answers.sqlglot)
    for (value,) in engine.rows(f"SELECT {ours} FROM r{' ORDER BY id' if text in ROW_EXPRESSIONS else ''}"):
        assert value is None or type(value) in CLASSES[kind], (ours, value)


@pytest.mark.parametrize("text", [*ROW_EXPRESSIONS, *AGGREGATES])
def test_only_calls_of_the_registry_remain(text: str) -> None:
    for node in read(text).walk():
        assert not isinstance(node, exp.Paren)
        if isinstance(node, exp.Func) and not isinstance(node, (exp.Case, exp.If, exp.Cast, exp.And, exp.Or)):
            assert isinstance(node, exp.Anonymous), type(node)
            assert node.this in REGISTRY


# --- deliberate differences -------------------------------------------------------------------------

OURS = {
    "i / j": "CAST(i AS DOUBLE) / NULLIF(j, 0)",
    "i / 4": "CAST(i AS DOUBLE) / 4",
    "sum(i) / sum(j) / 2": "CAST(SUM(i) AS DOUBLE) / NULLIF(SUM(j), 0) / 2",
    "(i + j) / (m - n)": "CAST(i + j AS DOUBLE) / NULLIF(m - n, 0)",
    "i * (j / n)": "i * (CAST(j AS DOUBLE) / NULLIF(n, 0))",
    "i // j": "i // NULLIF(j, 0)",
    "i % j": "MOD(i, NULLIF(j, 0))",
    "current_date": "CAST(NOW() AT TIME ZONE 'Asia/Seoul' AS DATE)",
    "d < current_date - 30": "d < CAST(NOW() AT TIME ZONE 'Asia/Seoul' AS DATE) - 30",
    "now()": "NOW()",
    "local_date(z)": "CAST(z AT TIME ZONE 'Asia/Seoul' AS DATE)",
    "local_date(t)": "CAST(t AS DATE)",
    "local_date(d)": "d",
    "local_timestamp(z)": "z AT TIME ZONE 'Asia/Seoul'",
    "date_trunc('month', t)": "CAST(DATE_TRUNC('month', t) AS DATE)",
    "date_trunc('day', d)": "d",
    "d + interval '1 month'": "CAST(d + INTERVAL 1 MONTH AS DATE)",
    "greatest(i, j)": "CASE WHEN i IS NOT NULL AND j IS NOT NULL THEN GREATEST(i, j) END",
    "count(distinct (j, b))": "COUNT(DISTINCT CASE WHEN j IS NOT NULL AND b IS NOT NULL THEN (j, b) END)",
    "count(distinct j, b)": "COUNT(DISTINCT CASE WHEN j IS NOT NULL AND b IS NOT NULL THEN (j, b) END)",
    "d + n": "d + CAST(n AS INT)",
    "iff(b, 1, 0)": "CASE WHEN b THEN 1 ELSE 0 END",
    "day_of_week(d)": "ISODOW(d)",
    "months_between(d, e)": "DATE_DIFF('month', d, e)",
    "days_between(z, d)": "DATE_DIFF('day', CAST(z AT TIME ZONE 'Asia/Seoul' AS DATE), d)",
    "z >= '2024-01-01'": "z >= CAST('2024-01-01 00:00:00' AS TIMESTAMP) AT TIME ZONE 'Asia/Seoul'",
    "safe_divide(i, j)": "CAST(i AS DOUBLE) / NULLIF(j, 0)",
    "sum(j) filter (where b)": "SUM(CASE WHEN b THEN j END)",
    "count(*) filter (where b)": "COUNT(CASE WHEN b THEN 1 END)",
    "i is not null": "i IS NOT NULL",
    '"Odd name" + 1': '"Odd name" + 1',
    '"order" + 1': '"order" + 1',
}


@pytest.mark.parametrize(("text", "expected"), list(OURS.items()))
def test_what_is_written(text: str, expected: str) -> None:
    assert written("duckdb", text) == expected


BY_DIALECT = {
    "postgres": {
        "to_char(d, 'YYYY-MM')": "format_year_month(d)",
        "date_part('year', d)": "year_of(d)",
        "now() at time zone 'UTC'": "to_local(now_instant(), 'UTC')",
        "i / j": "safe_divide(i, j)",
        "d + 3": "add_days_date(d, 3)",
        "date_trunc('week', d)": "trunc_week_monday_date(d)",
        "s ~ 'a'": "regexp_matches(s, 'a')",
    },
    "bigquery": {
        "DATE_TRUNC(d, WEEK(MONDAY))": "trunc_week_monday_date(d)",
        "DATE_TRUNC(d, WEEK)": "trunc_week_sunday_date(d)",
        "DATE_TRUNC(d, ISOWEEK)": "trunc_week_monday_date(d)",
        "DATE_DIFF(d, e, MONTH)": "months_between(e, d)",
        "DATE_DIFF(d, e, WEEK)": "weeks_between_sunday(e, d)",
        "DATE_ADD(d, INTERVAL 3 MONTH)": "add_months_date(d, 3)",
        "DATE_SUB(d, INTERVAL 3 MONTH)": "add_months_date(d, -3)",
        "DATE(z, 'Asia/Seoul')": "date_of_timestamp(to_local(z, 'Asia/Seoul'))",
        "EXTRACT(ISOWEEK FROM d)": "week_of_year(d)",
        "FORMAT_DATE('%Y-%m', d)": "format_year_month(d)",
        "COUNTIF(b)": "count(case when b then 1 end)",
        "SAFE_DIVIDE(i, j)": "safe_divide(i, j)",
        "LOG(f)": "ln(f)",
        "LOG10(f)": "log10(f)",
        "CURRENT_DATE('UTC')": "today('UTC')",
        "STRING_AGG(s)": "string_agg(s, ',')",
        "CONCAT(s, p)": "s || p",
    },
    "snowflake": {
        "DATEADD(month, -3, d)": "add_months_date(d, -3)",
        "DATEDIFF(day, d, e)": "days_between(d, e)",
        "CONVERT_TIMEZONE('UTC', z)": "to_local(z, 'UTC')",
        "IFF(b, 1, 0)": "case when b then 1 else 0 end",
        "DAYOFWEEKISO(d)": "day_of_week(d)",
        "BOOLOR_AGG(b)": "bool_or(b)",
        "LISTAGG(s, ',') WITHIN GROUP (ORDER BY s)": "string_agg(s, ',')",
        "LEFT(s, 2)": "left(s, 2)",
        "SPLIT_PART(s, '-', 2)": "split_part(s, '-', 2)",
        "t::date": "date_of_timestamp(t)",
        "ZEROIFNULL(i)": "case when i is null then 0 else i end",
    },
}


@pytest.mark.parametrize(
    ("authoring", "text", "expected"),
    [(name, text, expected) for name, cases in BY_DIALECT.items() for text, expected in cases.items()],
)
def test_other_authoring_dialects(authoring: str, text: str, expected: str) -> None:
    assert read(text, authoring).sql(normalize_functions="lower").lower() == expected.lower()


# --- what cannot be meant ---------------------------------------------------------------------------

REFUSED = {
    "coalesc(i, 0)": "'coalesc' is no function that every dialect has. Did you mean 'coalesce'?",
    "frobnicate(i)": "'frobnicate' is no function that every dialect has.",
    "random()": "is no function",
    "generate_series(1, 2)": "is no function",
    "pg_sleep(1)": "is no function",
    "read_csv('x')": "is no function",
    "sum(i) over (partition by j)": "A window function (OVER) is not supported here.",
    "row_number() over (order by i)": "A window function (OVER) is not supported here.",
    "(select 1)": "A subquery is not supported here.",
    "exists(select 1)": "EXISTS is not supported here.",
    "i in (select 1)": "IN over anything but a list is not supported here.",
    "r.*": "'*' is not supported here.",
    "[1, 2]": "A list is not supported here.",
    "{'a': 1}": "A struct is not supported here.",
    "s[1]": "'[…]' is not supported here.",
    "x -> x + 1": "'->' is not supported here.",
    "(i, j)": "A tuple is not supported here.",
    "$1": "A placeholder is not supported here.",
    "?": "A placeholder is not supported here.",
    "s like 'a!%' escape '!'": "LIKE … ESCAPE is not supported here.",
    r"s like 'a\%'": "A backslash in a LIKE pattern is not supported here.",
    "s similar to 'a'": "SIMILAR TO is not supported here.",
    "i & 1": "'&' is not supported here.",
    "interval '1 day'": "An INTERVAL that is not added to a date is not supported here.",
    "t - u": "This arithmetic with dates or timestamps is not supported here.",
    "d + '1 day'": "This arithmetic with dates or timestamps is not supported here.",
    "d * 2": "'d' is of type date, where a number is needed.",
    "s + 1": "'s' is of type text, where a number is needed.",
    "-b": "'b' is of type boolean, where a number is needed.",
    "i and b": "'i' is of type integer, where a condition is needed.",
    "case when i then 1 end": "'i' is of type integer, where a condition is needed.",
    "case when b then 1 else 'x' end": "Values of different kinds meet: number and text.",
    "s = 1": "Values of different kinds meet: number and text.",
    "d = 1": "Values of different kinds meet: date or timestamp and number.",
    "d > 'yesterday'": "Values of different kinds meet: date or timestamp and text.",
    "coalesce(i, 'none')": "Values of different kinds meet: number and text.",
    "i in (1, 'a')": "Values of different kinds meet: number and text.",
    "lower(i)": "'i' is of type integer, where text is needed.",
    "sum(s)": "'s' is of type text, where a number is needed.",
    "avg(d)": "'d' is of type date, where a number is needed.",
    "bool_and(i)": "'i' is of type integer, where a boolean is needed.",
    "left(s, m)": "'m' is of type decimal, where an integer is needed.",
    "f % 2": "'f' is of type float, where an integer or a decimal is needed.",
    "year(s)": "'s' is of type text, where a date or timestamp is needed.",
    "date_trunc('month', i)": "'i' is of type integer, where a date or timestamp is needed.",
    "date_trunc('month', q)": "The type of 'q' is not known, and the calendar depends on it.",
    "date_trunc('fortnight', d)": "date_trunc to 'fortnight' is not supported here.",
    "extract(epoch from t)": "The date part 'epoch' is not supported here.",
    "date_diff('week', d, e)": "date_diff('week', …) does not mean the same in every dialect.",
    "dayofweek(d)": "dayofweek does not mean the same in every dialect.",
    "strftime(d, '%j')": "The date format '%j' is not supported here.",
    "percentile_cont(n) within group (order by j)": "A percentile of anything but a number from 0 to 1",
    "quantile_cont(j, 1.5)": "A percentile of anything but a number from 0 to 1",
    "string_agg(s, ',' order by i)": "Another order in string_agg is not supported here.",
    "max(i, 3)": "A second argument in max is not supported here.",
    "first(i)": "is no function",
    "mode(i)": "is no function",
    "cast(s as blob)": "A cast to VARBINARY is not supported here.",
    "cast(i as struct(a int))": "A cast to STRUCT is not supported here.",
    "substring(s, 0, 2)": "A substring that starts before 1 does not mean the same in every dialect.",
    "round(m, n)": "A number of digits that is not written out is not supported here.",
    "regexp_matches(s, 'a', 'x')": "This option of regexp_matches is not supported here.",
    "safe_divide(i)": "",
    "trunc_month_date(d)": "is no function",
    "align_pick(i)": "is no function",
    "days_between(d)": "'days_between' is called with 1 arguments.",
    "count(i, j)": "More than one column without DISTINCT in count is not supported here.",
    "min(i) filter (where i)": "'i' is of type integer, where a condition is needed.",
    "(i + j) filter (where b)": "",
    "s collate nocase": "COLLATE is not supported here.",
}


@pytest.mark.parametrize(("text", "message"), list(REFUSED.items()))
def test_what_is_refused(text: str, message: str) -> None:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.ParseError:
        assert not message
        return
    with pytest.raises(Misfit) as caught:
        canonical(tree, type_of, {})
    assert message in "; ".join(f"{fault.message} {fault.hint}" for fault, _ in caught.value.pairs)


def test_text_with_a_length_is_refused_where_it_would_cut() -> None:
    with pytest.raises(Misfit, match="A text type with a length is not supported here"):
        read("cast(s as varchar(3))", "postgres")


def test_all_faults_of_a_tree_with_their_nodes() -> None:
    text = "frob(i) + nope(j) * sum(s)"
    with pytest.raises(Misfit) as caught:
        read(text)
    starts = [node.meta["start"] for _, node in caught.value.pairs]
    assert starts == [text.index("frob"), text.index("nope"), text.index("sum")]


# --- declared functions -----------------------------------------------------------------------------


def declare(name: str, arguments: tuple[str, ...], kind: TypeName | None) -> Function:
    return Function(
        name=Text(name),
        arguments=tuple(map(Text, arguments)),
        type=kind,
        templates={},
        span=Span("semantic.yml", 1, 1),
    )


def test_declared_functions() -> None:
    declared = {"haversine": declare("haversine", ("a", "b"), "float")}
    tree = canonical(sqlglot.parse_one("HAVERSINE(i, j) / 2", read="duckdb"), type_of, declared)
    assert infer(tree, type_of) == "float"
    assert infer(tree.expressions[0], type_of) == "float"
    target = load("duckdb").with_functions({"haversine": (("a", "b"), "my_haversine(:b, :a + :b)")})
    assert target.translate(tree).sql("duckdb") == "CAST(MY_HAVERSINE(j, i + j) AS DOUBLE) / 2"
    with pytest.raises(Misfit, match=r"'haversine\(a, b\)' is called with 1 arguments"):
        canonical(sqlglot.parse_one("haversine(i)", read="duckdb"), type_of, declared)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("my_fn(:a", "syntax"),
        ("", "syntax: The SQL is empty."),
        (":a; DROP TABLE x", "syntax: There is more than one SQL statement here."),
        (":a FROM x", "syntax"),
        ("DROP TABLE x", "syntax"),
        (
            ":a + (SELECT max(y) FROM x)",
            "function: The template of 'f' is no expression over its arguments alone.",
        ),
        (":a + amount", "function: The template of 'f' is no expression over its arguments alone."),
        ("SUM(:a)", "function: The template of 'f' aggregates."),
        ("LAG(:a) OVER (ORDER BY :a)", "function: The template of 'f' aggregates."),
        (":a + :b", "value: The template of 'f(a)' has the holes ':a', ':b', where ':a' are meant."),
        ("1", "value: The template of 'f(a)' has the holes none, where ':a' are meant."),
    ],
)
def test_faults_of_declared_templates(template: str, message: str) -> None:
    text = Text(template, "semantic.yml", ((7, 20),))
    with pytest.raises(SemanticError) as caught:
        load("duckdb").with_functions({"f": (("a",), text)}).template("f", 1)
    assert str(caught.value).startswith("semantic.yml:7:")
    assert message in str(caught.value)


def test_declared_templates_keep_the_case_and_path_of_a_function() -> None:
    target = load("bigquery").with_functions(
        {"f": (("a",), "`my-project.geo.Dist`(:a, DATE_TRUNC(:a, MONTH))")}
    )
    written = target.call("f", exp.column("x")).sql("bigquery")
    assert written == "`my-project.geo.Dist`(x, DATE_TRUNC(x, MONTH))"
    assert load("postgres").unsupported("f") == "it is declared without a template for that dialect"


def test_a_missing_function_of_a_target_is_a_fault() -> None:
    tree = read("regexp_replace(s, 'a', 'b')")
    with pytest.raises(SemanticError, match="cannot be written for bigquery: BigQuery replaces every match"):
        load("bigquery").translate(tree)


# --- statements -------------------------------------------------------------------------------------

STATEMENTS = [
    "WITH x AS (SELECT b, sum(j) / count(*) AS y FROM r GROUP BY b) SELECT b, y FROM x WHERE y IS NOT NULL",
    "SELECT r.id, o.j FROM r LEFT JOIN (SELECT id, j FROM r) AS o ON r.id = o.id AND o.j > 2",
    "SELECT id FROM r WHERE i > 3 UNION ALL SELECT id FROM r WHERE i <= 3",
    "SELECT DISTINCT j FROM r",
    "SELECT id, row_number() OVER (PARTITION BY b ORDER BY m DESC NULLS LAST, id) AS n FROM r",
    "SELECT id, lag(i) OVER (ORDER BY id) AS before, lead(i, 2) OVER (ORDER BY id) AS after FROM r",
    "SELECT id, sum(j) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM r",
    "SELECT id, ntile(3) OVER (ORDER BY id) AS n, rank() OVER (ORDER BY j NULLS FIRST) AS k FROM r",
    "SELECT count(*) AS c FROM r AS a JOIN r AS b USING (id) WHERE a.id IN (SELECT id FROM r WHERE j > 1)",
    "SELECT id FROM r AS a WHERE EXISTS (SELECT 1 FROM r AS b WHERE b.j = a.id)",
    "SELECT id FROM r ORDER BY j DESC NULLS FIRST, id LIMIT 3",
    "SELECT j, count(*) AS c FROM r GROUP BY j HAVING count(*) > 1",
    "SELECT id, date_trunc('month', d) AS m, (SELECT max(j) FROM r) AS top FROM r",
    "SELECT 1 AS one",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements_keep_their_meaning(native: Engine, engine: Engine, text: str) -> None:
    target = load(engine.dialect)
    tree = canonical_statement(sqlglot.parse_one(text, read="duckdb"), type_of, {})
    ours = target.translate(zoned(tree)).sql(target.answers.sqlglot)
    found = [tuple(map(plain, row)) for row in engine.rows(ours)]
    expected = [tuple(plain(day(value)) for value in row) for row in native.rows(text)]
    key = repr if "ORDER BY j DESC" not in text else (lambda row: 0)
    assert sorted(found, key=key) == sorted(expected, key=key), ours


def day(value: Any) -> Any:
    """DuckDB truncates a date to a timestamp; ours stays a date."""
    midnight = isinstance(value, datetime) and value.time() == datetime.min.time()
    return value.date() if midnight else value


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('x.csv')",
        "SELECT * EXCLUDE (a) FROM r",
        "SELECT b, sum(i) FROM r GROUP BY ALL",
        "SELECT b, sum(i) FROM r GROUP BY ROLLUP (b)",
        "SELECT DISTINCT ON (b) b, i FROM r",
        "SELECT * FROM r ASOF JOIN s ON r.t >= s.t",
        "SELECT * FROM r NATURAL JOIN s",
        "SELECT * FROM r QUALIFY row_number() OVER (ORDER BY i) = 1",
        "SELECT * FROM r, UNNEST([1, 2])",
        "SELECT * FROM r TABLESAMPLE 10%",
        "SELECT * FROM (VALUES (1)) AS v(x)",
        "SELECT frob(i) FROM r",
        "SELECT * FROM r UNION BY NAME SELECT * FROM r",
        "INSERT INTO r SELECT * FROM r",
        "DROP TABLE r",
        "SELECT * FROM r FOR UPDATE",
        "PIVOT r ON b USING sum(i)",
        "SELECT i FROM r LIMIT 10%",
        "SELECT sum(i ORDER BY j) FROM r",
    ],
)
def test_statements_that_are_refused(text: str) -> None:
    with pytest.raises(Misfit):
        canonical_statement(sqlglot.parse_one(text, read="duckdb"), type_of, {})
