"""The policies of a project checked without a caller: bound for one who could be anybody, and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from semantic.bind import Metrics, Questions, definitions_for
from semantic.bind.governed import Policies
from semantic.bind.row import Row
from semantic.catalog import Catalog
from semantic.faults import Fault, SemanticError
from semantic.planner import rows_of
from semantic.policies import Anybody, governing
from semantic.source import Span

#: Two callers: every comparison with an attribute holds for one of them, and for the other none.
_CALLERS = (Anybody(True), Anybody(False))


def audit(
    catalog: Catalog, given: Mapping[str, Any], found: list[Fault]
) -> Iterator[tuple[Row, Span | None]]:
    """The conditions of policies, to be written for every dialect; what is wrong with them is ``found``."""
    before = len(found)
    for caller in _CALLERS if catalog.policies else ():
        policies = Policies(catalog, caller)
        for policy in catalog.policies.values():
            _tried(policies.exempts, policy, found)
            row = _tried(policies.row, policy, found) if policy.rows is not None else None
            if row is not None and policy.rows is not None:
                yield row, policy.rows.span
        if len(found) == before:
            _plan_all(catalog, given, caller, found)


def _plan_all(catalog: Catalog, given: Mapping[str, Any], caller: Anybody, found: list[Fault]) -> None:
    """Plan the rows of every model that policies govern."""
    definitions = definitions_for(catalog, given, caller)
    Questions(definitions, Metrics(definitions))
    for model in catalog.models:
        if governing(catalog, model):
            _tried(lambda name: rows_of(definitions, name), model, found)


def _tried(act: Callable[[Any], Any], argument: Any, found: list[Fault]) -> Any:
    """The result, or ``None`` with the faults noted that are none of the caller's."""
    try:
        return act(argument)
    except SemanticError as error:
        found += [fault for fault in error.faults if fault.code != "hidden" and fault not in found]
        return None
