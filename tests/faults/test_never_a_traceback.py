"""Whatever a project or a question says, it ends in a statement or in faults, never in a traceback.

``SEMANTIC_FUZZ=20000 pytest tests/faults/test_never_a_traceback.py`` tries for longer.
"""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
import sqlglot
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semantic import Layer
from semantic.faults import Fault, SemanticError
from semantic.query import Query
from tests.engines import Engine, Table
from tests.faults.cases import DIALECTS, SHOP

EXAMPLES = int(os.environ.get("SEMANTIC_FUZZ", "70"))
_TOKENS = [found.span() for found in re.finditer(r"\w+|[^\w\s]|\n\s*", SHOP[SHOP.index("name:") :])]
_START = SHOP.index("name:")
_WORDS = sorted(set(re.findall(r"\w+", SHOP)))
_JUNK = (
    *(
        "",
        " ",
        "\n",
        "\n  ",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        "- ",
        "#",
        "|",
        ">",
        "*",
        "&a",
        "!",
    ),
    *(
        "null",
        "~",
        "true",
        "yes",
        "0",
        "-1",
        "1e999",
        ".nan",
        "2024-02-30",
        "9" * 40,
        "[]",
        "{}",
        "{{",
        "}}",
        "{%",
    ),
    *(
        "{{ least }}",
        "{{ net('x') }}",
        "{{ rate }}",
        "{{ nope }}",
        "sum(",
        "count(*)",
        "select 1",
        ";",
        "--",
        "/*",
    ),
    *(
        "over ()",
        "case",
        "end",
        "and",
        "=",
        "in ()",
        ".",
        "..",
        "a.b.c",
        "time.month",
        "매출",
        "\u202e",
        "\x00",
        "\ud800",
    ),
    *(
        "interval '1 day'",
        "current_date",
        "::date",
        "->",
        "[1]",
        "?",
        ":x",
        "@",
        "$$",
        "E'x'",
        "distinct",
        "filter",
    ),
)
_ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([[]]),
    st.just({"path": 1}),
    st.integers(5_000, 5_001).map(lambda power: 10**power),
    st.binary(max_size=3),
)
_PATHS = st.sampled_from(
    (
        *(
            "customers.region",
            "customers.born_on.month",
            "time.month",
            "time.day_of_week",
            "orders.size",
            "lines.large",
        ),
        *(
            "orders.customers.grades.grade",
            "visits.device",
            "sender.region",
            "reader.age",
            "grades.grade",
            "time",
        ),
        *(
            "orders.shipped_on.hour",
            "customers.nope",
            "nope.region",
            "region",
            "stock.quantity",
            "products.department",
        ),
        *(
            "messages.sender.region",
            "time.nope",
            "customers.region.month",
            ".",
            "a" * 70 + ".b",
            "lines.orders.status",
        ),
    )
)
_METRICS = st.sampled_from(
    (
        *("sales", "units", "price", "order_count", "order_total", "visit_count", "stocked", "message_count"),
        *("recent", "from_channel", "taxed", "far", "nope", "SALES", ""),
    )
)


@st.composite
def projects(draw: st.DrawFn) -> str:
    """The sound project with some tokens removed, doubled, swapped or replaced."""
    text = SHOP
    for _ in range(draw(st.integers(1, 4))):
        start, end = draw(st.sampled_from(_TOKENS))
        start, end = start + _START, end + _START
        piece = draw(st.one_of(st.sampled_from(_JUNK), st.sampled_from(_WORDS)))
        way = draw(st.sampled_from(("replace", "delete", "double", "insert")))
        old = text[start:end]
        new = {"replace": piece, "delete": "", "double": f"{old} {old}", "insert": f"{old} {piece}"}[way]
        text = text[:start] + new + text[end:]
    return text


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """SQL of a question: near to good, with junk in it."""
    values = st.one_of(
        _PATHS, _METRICS, st.sampled_from(_JUNK), st.sampled_from(("1", "'x'", "null", "date '2024-01-01'"))
    )
    operators = st.sampled_from(
        ("=", ">", "+", "and", "or", "like", "is", "in", "||", "/", "between 1 and", "not", "<>")
    )
    wraps = st.sampled_from(
        (
            "{}",
            "({})",
            "not {}",
            "sum({})",
            "upper({})",
            "coalesce({}, 1)",
            "case when {} then 1 end",
            "{} = 1",
        )
    )
    parts = [draw(values)]
    for _ in range(draw(st.integers(0, 3))):
        parts += [draw(operators), draw(values)]
    return draw(wraps).format(" ".join(parts))


def listed(items: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """One item, some items, or something else."""
    return st.one_of(items, st.lists(items, max_size=3), _ANY)


#: Questions of which nearly nothing is right.
WRONG = st.fixed_dictionaries(
    {"metrics": st.one_of(st.lists(_METRICS, min_size=1, max_size=3), listed(_METRICS))},
    optional={
        "by": listed(_PATHS | _PATHS.map(lambda path: f"{path} as x") | st.sampled_from(_JUNK)),
        "where": listed(conditions()),
        "having": listed(conditions()),
        "time": st.one_of(
            st.sampled_from(("2024", "2024-01..", "..2024-W09", "9999", "0001", "..", "2024..2023")), _ANY
        ),
        "order": listed(_METRICS | _PATHS | st.sampled_from(("-sales", "sales desc", "-", "x y"))),
        "limit": st.one_of(st.integers(), _ANY),
        "fill": st.one_of(st.booleans(), _ANY),
        "members": st.one_of(st.booleans(), listed(_PATHS)),
        "parameters": st.one_of(
            st.dictionaries(st.sampled_from(("rate", "least", "channel", "as_of", "nope")), _ANY, max_size=2),
            _ANY,
        ),
    },
)
_GOOD_METRICS = st.sampled_from(
    ("sales", "units", "price", "order_count", "order_total", "recent", "far", "taxed")
)
_GOOD_PATHS = st.sampled_from(
    (
        *(
            "customers.region",
            "customers.age",
            "customers.born_on",
            "orders.size",
            "orders.paid",
            "orders.ordered_at",
        ),
        *(
            "orders.shipped_on",
            "products.department",
            "lines.quantity",
            "lines.large",
            "grades.grade",
            "visits.device",
        ),
        *(
            "time.month",
            "time.day_of_week",
            "orders.ordered_at.hour",
            "customers.born_on.fiscal_year",
            "time.week",
        ),
    )
)
_VALUES = st.sampled_from(
    (
        *(
            "1",
            "-2.5",
            "1e3",
            "'x'",
            "null",
            "true",
            "date '2024-01-31'",
            "'2024-01-31'",
            "timestamp '2024-01-31 10:00:00'",
        ),
        *(
            "{{ least }}",
            "{{ rate }}",
            "{{ as_of }}",
            "{{ channel }}",
            "current_date",
            "interval '2 days'",
            "now()",
        ),
    )
)
_TERMS = st.recursive(
    _GOOD_PATHS | _VALUES,
    lambda inner: st.builds(
        str.format,
        st.sampled_from(
            (
                *(
                    "({} + {})",
                    "({} - {})",
                    "({} * {})",
                    "({} / {})",
                    "({} % {})",
                    "({} || {})",
                    "-({})",
                    "abs({})",
                    "upper({})",
                ),
                *(
                    "coalesce({}, {})",
                    "nullif({}, {})",
                    "greatest({}, {})",
                    "round({}, 2)",
                    "floor({})",
                    "length({})",
                ),
                *(
                    "cast({} as integer)",
                    "cast({} as text)",
                    "cast({} as date)",
                    "cast({} as timestamp)",
                    "({})::decimal(9,2)",
                ),
                *(
                    "year({})",
                    "date_trunc('month', {})",
                    "extract(hour from {})",
                    "days_between({}, {})",
                    "local_date({})",
                ),
                *(
                    "case when {} = {} then {} else {} end",
                    "substring({}, 1, 2)",
                    "replace({}, {}, {})",
                    "concat({}, {})",
                ),
                *(
                    "try_cast({} as date)",
                    "power({}, {})",
                    "ln({})",
                    "sqrt({})",
                    "md5({})",
                    "split_part({}, {}, 1)",
                    "if({}, {}, {})",
                ),
            )
        ),
        *[inner] * 4,
    ),
    max_leaves=4,
)
_COMPARED = st.builds(
    str.format,
    st.sampled_from(
        (
            *(
                "{} = {}",
                "{} <> {}",
                "{} > {}",
                "{} is null",
                "{} in ({}, {})",
                "{} between {} and {}",
                "not {} = {}",
            ),
            *(
                "{} like '%x'",
                "{} is distinct from {}",
                "{} = {} or {} = {}",
                "{} = {} and {} > {}",
                "{}",
                "starts_with({}, {})",
            ),
            *("{} is not true", "contains({}, {})", "regexp_matches({}, 'x')", "{} ilike {}"),
        )
    ),
    *[_TERMS] * 4,
)
#: Questions that are right but for a type or two.
NEARLY = st.fixed_dictionaries(
    {
        "metrics": st.lists(_GOOD_METRICS, min_size=1, max_size=3, unique=True),
        "parameters": st.just({"rate": "1.5"}),
    },
    optional={
        "by": st.lists(_GOOD_PATHS, max_size=2, unique=True),
        "where": st.lists(_COMPARED, max_size=2),
        "having": st.sampled_from(
            ("sales > 1", "price is null or units = 2", "order_count between 1 and {{ least }}")
        ),
        "time": st.sampled_from(("2024", "2024-01..", "..2024-W09", "2024-01-31T10:30..2024-02")),
        "limit": st.integers(0, 5),
        "fill": st.booleans(),
        "members": st.booleans(),
    },
)
_quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def asked(layer: Layer, dialect: str, **question: Any) -> str | None:
    """The statement of a question, which has to parse; or nothing, and then its faults have to be whole."""
    try:
        text = layer.sql(dialect=dialect, **question).text
    except SemanticError as error:
        check(error.faults)
        return None
    assert len(sqlglot.parse(text, read=dialect)) == 1
    return text


def check(faults: tuple[Fault, ...]) -> None:
    """Each fault says something, on one line."""
    assert faults
    for fault in faults:
        assert fault.message
        assert str(fault).isprintable()


@pytest.fixture(scope="module")
def shop() -> Layer:
    return Layer.from_text(semantic=SHOP)


@pytest.fixture(scope="module")
def plain() -> Layer:
    """The shop without a schema, which the engines of the tests have not."""
    return Layer.from_text(semantic=SHOP.replace("table: shop.", "table: "))


@pytest.fixture
def tables(engine: Engine) -> Engine:
    """An engine with the shop's tables, all empty."""
    sources = yaml.safe_load(SHOP)["sources"]
    engine.load({name: Table(tuple(each["columns"].items()), ()) for name, each in sources.items()})
    return engine


@_quiet
@given(question=WRONG | NEARLY, dialect=st.sampled_from(DIALECTS))
def test_questions(shop: Layer, question: dict[str, Any], dialect: str) -> None:
    asked(shop, dialect, **question)


@_quiet
@given(question=NEARLY)
def test_what_is_not_refused_runs(plain: Layer, tables: Engine, question: dict[str, Any]) -> None:
    text = asked(plain, tables.dialect, **question)
    if text is not None:
        tables.rows(text)


@_quiet
@given(project=projects(), metric=_METRICS, path=_PATHS, dialect=st.sampled_from(DIALECTS))
def test_projects(project: str, metric: str, path: str, dialect: str) -> None:
    try:
        layer = Layer.from_text(semantic=project)
    except SemanticError as error:
        check(error.faults)
    else:
        asked(layer, dialect, metrics=metric, parameters={"rate": 1})
        asked(
            layer,
            dialect,
            metrics=[metric, "sales"],
            by=path,
            parameters={"rate": 1},
            where=f"{path} is null",
        )


@settings(max_examples=max(3, EXAMPLES // 20), deadline=None, suppress_health_check=list(HealthCheck))
@given(project=projects())
def test_checks(project: str) -> None:
    try:
        found = Layer.from_text(semantic=project).check(["postgres"])
    except SemanticError as error:
        found = error.faults
    check(found or (Fault("none", "Nothing is wrong."),))


@_quiet
@given(
    text=st.one_of(
        st.text(),
        st.dictionaries(_METRICS, _PATHS).map(repr),
        st.sampled_from(("{", "[" * 5_000, '{"metrics": NaN}')),
    )
)
def test_json(text: str) -> None:
    try:
        Query.from_json(text)
    except SemanticError as error:
        check(error.faults)
