"""What completes a word in a shell: names of the project at hand. Whatever fails completes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from semantic.cli.base import load

if TYPE_CHECKING:
    from semantic.layer import Layer

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
Pair = tuple[str, str]  # a word, and what it means


def _completer(words: Callable[[Layer, click.Context, str], Iterable[Pair]]) -> Completer:
    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        head, comma, last = incomplete.rpartition(",")
        try:
            layer = load(ctx.params.get("project"), ctx.params.get("user"))
            found = list(words(layer, ctx, last))
        except Exception:  # a shell that is being typed in is no place for an error
            return []
        return [
            CompletionItem(f"{head}{comma}{word}", help=meaning or None)
            for word, meaning in found
            if word.startswith(last)
        ]

    return complete


def _metrics(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    """Metrics with their label or their meaning; for ``show spec`` everything that has a name."""
    from semantic.show.definition import definitions
    from semantic.show.meaning import meaning

    catalog = layer.catalog
    for name, metric in catalog.metrics.items():
        if metric.hidden or not _is_shown(layer, name):
            continue
        yield name, metric.label.get("en", "") or meaning(metric)
    if ctx.params.get("stage") == "spec":
        named = (name for name in definitions(catalog) if name not in catalog.metrics)
        yield from ((name, "") for name in named)


def _is_shown(layer: Layer, name: str) -> bool:
    """Whether the caller on the line may ask a metric."""
    if layer.user is None or not layer.catalog.policies:
        return True
    from semantic.faults import SemanticError
    from semantic.show.listing import check_shown

    try:
        check_shown(layer.catalog, layer.user, name)
    except SemanticError:
        return False
    return True


def _paths(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    """The paths that the first metric on the line can be asked by; all where there is none yet."""
    from semantic.show import listing

    words = (
        *(ctx.params.get("metrics") or ()),
        *ctx.args,
    )  # an option without its value yet ends the parsing
    names = [name for name in words if name in layer.catalog.metrics]
    for dimension in listing.dimensions(layer.catalog, names[0] if names else None, layer.user):
        yield dimension.path, dimension.labels.get("en", "")
        if last.startswith(f"{dimension.path}."):
            yield from (
                (f"{dimension.path}.{grain}", "") for grain in listing.grains(dimension.type, dimension.grain)
            )
    yield from ((f"time.{grain}", "") for grain in listing.grains("date"))
    for model in layer.catalog.models.values():
        yield from ((f"time.{period}", model.spec.label.get("en", "")) for period in model.spec.periods)
    for path in listing.needs(listing.bound(layer.catalog).metric(names[0])) if names else ():
        if path.startswith("since."):
            yield path, "periods since the entry into the cohort"


def _targets(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((name, str(target.dialect)) for name, target in layer.catalog.targets.items())


def _dialects(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((name, "") for name in layer.dialects)


def _parameters(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((f"{name}=", parameter.type) for name, parameter in layer.catalog.parameters.items())


def _views(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((str(view.name), view.label.get("en", "")) for view in layer.catalog.spec.views)


metrics = _completer(_metrics)
paths = _completer(_paths)
models = _completer(lambda layer, ctx, last: ((name, "") for name in layer.catalog.models))
targets = _completer(_targets)
dialects = _completer(_dialects)
parameters = _completer(_parameters)
views = _completer(_views)
