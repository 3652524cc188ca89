"""Names that differ in nothing but case, names in two meanings, and dialects that nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from semantic import faults
from semantic.catalog.graph import Model
from semantic.dialect.named import names
from semantic.faults import Fault
from semantic.functions import REGISTRY
from semantic.source import Text
from semantic.spec import types


def project_faults(project: types.Spec) -> list[Fault]:
    """Dialects that nobody has, names in two meanings, and names that only case tells apart."""
    known = names()
    found = [
        faults.unknown("dialect", text, known, text.span)
        for text in (project.authoring_dialect, *(t.dialect for t in project.targets))
        if text not in known
    ]
    parameters = {str(p.name): p for p in project.parameters}
    for macro in project.macros:
        if macro.name in parameters:
            found.append(faults.two_meanings(macro.name, "parameter", "macro", macro.name.span))
    found += same_but_for_case(m.name for m in project.models)
    found += same_but_for_case(m.name for m in project.metrics)
    found += same_but_for_case(f.name for f in project.functions)
    found += same_but_for_case(v.name for v in project.views)
    for model in project.models:
        found += same_but_for_case(d.name for d in model.dimensions)
        found += same_but_for_case(join.role for join in model.joins)
        found += _once(model.entity, model.name)
    for function in project.functions:
        if function.name.lower() in REGISTRY:
            found.append(faults.declared_before(function.name, function.name.span))
    return found


def _once(words: Iterable[Text], model: Text) -> Iterator[Fault]:
    """A row is the same thing once, and names in words are told apart by more than their case."""
    seen: set[str] = set()
    for word in words:
        if word.lower() in seen:
            yield faults.entity_twice(word, model, word.span)
        seen.add(word.lower())


def same_but_for_case(given: Iterable[Text]) -> list[Fault]:
    """SQL does not tell ``Sales`` from ``sales``, so names that differ in nothing else are one too many."""
    seen: dict[str, Text] = {}
    found = []
    for name in given:
        first = seen.setdefault(name.lower(), name)
        if first != name:
            found.append(faults.same_but_for_case(name, first, name.span))
    return found


def policy_faults(policy: types.Policy, models: Mapping[str, Model], metrics: list[str]) -> Iterator[Fault]:
    """What a policy names and nothing has."""
    for name in policy.metrics:
        if name not in metrics:
            yield faults.unknown("metric", name, metrics, name.span)
    if policy.model is not None and policy.model not in models:
        yield faults.unknown("model", policy.model, list(models), policy.model.span)
    elif policy.model is not None:
        model = models[policy.model]
        for name in policy.hide:
            if model.declared and not (model.column(name) or model.dimension(name)):
                names = sorted({*model.columns, *model.dimensions})
                yield faults.unknown(f"column of model '{model.name}'", name, names, name.span)
