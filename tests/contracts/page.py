"""``docs/functions.md``: every function with its spelling in each dialect and where it was executed.

``python -m tests.contracts.page`` writes it; a test fails while it is stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from semantic.dialect import load
from semantic.dialect.answers import FunctionAnswer
from semantic.dialect.template import repeated
from semantic.functions import REGISTRY, Function
from semantic.rooms import room
from tests.contracts import spines
from tests.contracts.aggregates import AGGREGATES
from tests.contracts.marks import MARKS
from tests.contracts.scalars import SCALARS
from tests.contracts.windows import WINDOWS
from tests.engines import DIALECTS

PAGE = Path(__file__).parents[2] / "docs" / "functions.md"
TITLES = {"duckdb": "DuckDB", "postgres": "Postgres", "bigquery": "BigQuery", "snowflake": "Snowflake"}
#: The cases of every function, as the tests call it.
CASES: Mapping[str, list[str]] = {
    **{name: [case.text for case in cases] for name, cases in SCALARS.items()},
    **{name: [text for text, _ in cases] for name, cases in AGGREGATES.items()},
    **{name: [case.text for case in cases] for name, cases in WINDOWS.items()},
    **{name: [name] for name in spines.SPINES},
}
_INTRODUCTION = """\
# Functions

Written by `python -m tests.contracts.page` from the registry (`semantic/functions.py`), the templates
(`dialects/*/dialect.yaml`) and the function contract (`tests/contracts`).

These are all functions that there are. What is not listed is refused, unless a project declares it itself
([the language](language.md)). Where a name is not what an author writes, the words in `code` say what is.

The contract calls every function over {rows} rows with NULLs, zeros, signs, month ends, leap days, ISO years,
clock changes, quotes and other scripts, in {cases} calls on each of four engines, and compares value and type
with what Python computes. DuckDB and Postgres are the real ones, BigQuery is Google's reference
implementation of GoogleSQL, Snowflake is an emulator. What an engine cannot show stands in the last column.

## What no spelling makes the same

* Text is compared and sorted as the warehouse does: in Postgres by the database's collation, elsewhere by
  code points.
* In patterns, `\\w`, `\\b` and `[[:alpha:]]` know ASCII or all letters, by warehouse; `[a-z]` and `\\d` are
  safe. BigQuery and DuckDB have no look-around, and no back-references within a pattern.
* BigQuery's `NUMERIC` keeps nine digits after the point, also of a product.
* A result beyond the largest number is an error or infinity, by warehouse.
* A wall clock that happens twice, when clocks are set back, is the earlier instant on BigQuery, and the later
  on DuckDB and Postgres.
"""


def page() -> str:
    """The page as it should be."""
    counted = sum(map(len, CASES.values()))
    parts = [_INTRODUCTION.format(rows=_rows(), cases=counted)]
    for title, functions in sections().items():
        rows = "\n".join(map(_row, functions))
        head = "| function | what it gives | spelled | executed |\n|---|---|---|---|"
        parts.append(f"## {title[0].upper()}{title[1:]}\n\n{head}\n{rows}\n")
    return "\n".join(parts)


def _rows() -> int:
    from tests.contracts.rows import ROWS

    return len(ROWS)


def sections() -> dict[str, list[Function]]:
    """The functions below the headings that stand in DuckDB's file, as in the others."""
    signatures = {function.signature: function for function in REGISTRY.values()}
    found: dict[str, list[Function]] = {}
    for line in (room("dialects") / "duckdb" / "dialect.yaml").read_text("utf-8").splitlines():
        if heading := re.match(r"  # --- (.*) ---$", line):
            below = found.setdefault(heading[1], [])
        elif (named := re.match(r"  (\w+\(.*?\)): ", line)) and named[1] in signatures:
            below.append(signatures[named[1]])
    return found


def _row(function: Function) -> str:
    cells = (
        f"`{_call(function)}` → {_type(function)}",
        function.summary,
        _spelled(function),
        _executed(function),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _call(function: Function) -> str:
    fixed = function.arguments[:-1] if function.variadic else function.arguments
    return f"{function.name}({', '.join((*fixed, *(('a', 'b', '…') if function.variadic else ())))})"


def _type(function: Function) -> str:
    rule, _, argument = function.returns.partition(" ")
    return "common" if rule == "unify" else f"that of `{argument}`" if argument else rule


def _spelled(function: Function) -> str:
    """The spellings, each with the dialects that share it."""
    shared: dict[str, list[str]] = {}
    for dialect in DIALECTS:
        answer = load(dialect).answers.functions[function.signature]
        shared.setdefault(_answer(function, answer), []).append(TITLES[dialect])
    if len(shared) == 1:
        return next(iter(shared))
    return "<br>".join(f"{', '.join(dialects)}: {text}" for text, dialects in shared.items())


def _answer(function: Function, answer: FunctionAnswer) -> str:
    if isinstance(answer, str):
        return f"`{_bare(_for_two(function, answer) if function.variadic else answer)}`"
    if "never" in answer:
        return "none"
    return f"`{_bare(answer['over_group'])}` by group, then `{_bare(answer['aggregate'])}`"


def _for_two(function: Function, answer: str) -> str:
    """The template of a variadic function for ``a`` and ``b``."""
    text, last = repeated(answer, 2), function.arguments[-1]
    return text.replace(f":{last}_0", "a").replace(f":{last}_1", "b")


def _bare(text: str) -> str:
    """The template with its arguments as plain names.

    >>> _bare("CAST(:a AS DOUBLE) / NULLIF(:b, 0)")
    'CAST(a AS DOUBLE) / NULLIF(b, 0)'
    """
    return re.sub(r"(?<![\w:]):([a-z_]\w*)", r"\1", text)


def _executed(function: Function) -> str:
    """On which engines, and what was not shown."""
    cases, notes = CASES[function.name], list(_notes(function))
    where = [TITLES[d] for d in DIALECTS if any((d, case) not in MARKS for case in cases)]
    return "<br>".join(["all four" if len(where) == len(DIALECTS) else ", ".join(where), *notes])


def _notes(function: Function) -> Iterator[str]:
    cases = CASES[function.name]
    for dialect, case in product(DIALECTS, cases):
        if reason := MARKS.get((dialect, case)):
            yield f"{TITLES[dialect]} not{f' for `{case}`' if len(cases) > 1 else ''}: {reason}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
