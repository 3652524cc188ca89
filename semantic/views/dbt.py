"""Views as models of dbt: their SELECTs, and a ``schema.yml`` with words, settings and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from semantic.bind.bound import Bound
from semantic.bind.leaf import Leaf
from semantic.dialect import Dialect
from semantic.query import Query
from semantic.spec.types import View as Spec
from semantic.views.answering import SECONDS
from semantic.views.asking import asked
from semantic.views.comments import worded
from semantic.views.extending import extended
from semantic.views.statements import lag
from semantic.views.view import Column, Grant, View

_BRACES = re.compile(r"\{[{%#]")
_COMBINATION = "dbt_utils.unique_combination_of_columns"
_NEEDS_UTILS = "# Tests of several columns need the package dbt-labs/dbt_utils.\n"


def models(layer: Any, views: Sequence[View]) -> dict[str, str]:
    """The files of a dbt project by their paths; the same for the same views."""
    import yaml

    specs = extended(layer.catalog.spec.views)
    files = {f"models/{view.name}.sql": _model(view) for view in views}
    told = [_told(layer, view, specs[view.name]) for view in views]
    text = yaml.safe_dump({"version": 2, "models": told}, sort_keys=False, allow_unicode=True, width=100)
    return {**files, "models/schema.yml": (_NEEDS_UTILS if _COMBINATION in text else "") + text}


def escaped(text: str) -> str:
    """A text that dbt's Jinja gives back as it is.

    >>> escaped("a {{ b }} {% c %}")
    "a {{ '{{' }} b }} {{ '{%' }} c %}"
    """
    return _BRACES.sub(lambda match: "{{ '" + match[0] + "' }}", text)


def _model(view: View) -> str:
    depends = "".join(f"-- depends_on: {{{{ ref('{name}') }}}}\n" for name in view.after)
    return f"{depends}{escaped(view.select)}\n"


def _told(layer: Any, view: View, spec: Spec) -> dict[str, Any]:
    """A model as ``schema.yml`` has it, without what is empty."""
    dialect = layer.target_dialect(view.dialect)
    filled = _filled(layer, view, spec)
    columns = [_column(column, view, filled) for column in view.columns]
    told: dict[str, Any] = {
        "name": view.name,
        "description": escaped(worded(view.label, view.description)),
        "config": _config(view, spec, dialect),
        "data_tests": _tests(view),
        "columns": columns,
    }
    return _without_nothing(told)


def _column(column: Column, view: View, filled: set[str]) -> dict[str, Any]:
    tests = ["not_null"] if column.name in filled else []
    tests += ["unique"] if view.keys == (column.name,) else []
    told = {"name": column.name, "description": escaped(column.comment), "data_tests": tests}
    return _without_nothing(told)


def _without_nothing(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value not in ("", [], {}, None)}


def _tests(view: View) -> list[Any]:
    """Several columns that tell one row from another."""
    if len(view.keys) < 2:
        return []
    return [{_COMBINATION: {"arguments": {"combination_of_columns": list(view.keys)}}}]


def _filled(layer: Any, view: View, spec: Spec) -> set[str]:
    """The columns that are never NULL by construction: plain counts, and the key of rows."""
    question, _ = asked(spec)
    if not isinstance(question, Query):
        return set(view.keys)
    bound: Bound = layer.bound(question)
    return {
        metric.name for metric in bound.metrics if metric.simple and all(map(_counts, metric.leaves.values()))
    }


def _counts(leaf: Leaf) -> bool:
    """Whether an aggregate counts rows of its own group, which is 0 where there are none."""
    plain = leaf.per is None and leaf.at is None and leaf.retained is None and leaf.sampled is None
    return leaf.counts and plain and not (leaf.through or leaf.level or leaf.between)


# --- settings ---------------------------------------------------------------------------------------------


def _config(view: View, spec: Spec, dialect: Dialect) -> dict[str, Any]:
    """What dbt calls what the view is in the warehouse."""
    options = view.options
    return _without_nothing(
        {
            "materialized": view.kind,
            "schema": view.place[-1].strip('"') if spec.schema is not None else None,
            "database": view.place[0].strip('"') if spec.schema is not None and len(view.place) > 1 else None,
            "alias": view.alias.strip('"') if spec.alias is not None else None,
            "grants": _grants(view.grants),
            "cluster_by": list(options.cluster_by),
            "partition_by": _partition(view, dialect),
            "indexes": [{"columns": list(columns)} for columns in options.indexes],
            **dict(_refresh(view)),
            "persist_docs": {"relation": True, "columns": True},
            "meta": {"semantic_fingerprint": view.fingerprint},
        }
    )


def _grants(grants: Sequence[Grant]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for grant in grants:
        found.setdefault(grant.privilege if "/" in grant.privilege else grant.privilege.lower(), []).append(
            escaped(grant.to)
        )
    return found


def _partition(view: View, dialect: Dialect) -> dict[str, str]:
    kinds = {column.name: column.type for column in view.columns}
    name = view.options.partition_by
    kind = kinds.get(name or "")
    return {"field": name, "data_type": dialect.answers.types[kind].lower()} if name and kind else {}


def _refresh(view: View) -> Iterator[tuple[str, Any]]:
    every, warehouse = view.options.every, view.options.warehouse
    if every is None:
        return
    if view.kind == "dynamic_table":
        yield "target_lag", lag(every)
        yield "snowflake_warehouse", warehouse
    else:
        minutes = max(1, every.count * SECONDS[every.unit] // 60)
        yield "enable_refresh", True
        yield "refresh_interval_minutes", minutes
        yield "max_staleness", f"INTERVAL {minutes} MINUTE"
