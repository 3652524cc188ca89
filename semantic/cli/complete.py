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
            found = list(words(load(ctx.params.get("project")), ctx, last))
        except Exception:  # a shell that is being typed in is no place for an error
            return []
        return [
            CompletionItem(f"{head}{comma}{word}", help=meaning or None)
            for word, meaning in found
            if word.startswith(last)
        ]

    return complete


def _metrics(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    """Metrics; for ``show spec`` everything that has a name."""
    catalog = layer.catalog
    yield from ((name, metric.label.get("en", "")) for name, metric in catalog.metrics.items())
    if ctx.params.get("stage") == "spec":
        for kind in (catalog.models, catalog.parameters, catalog.functions, catalog.targets):
            yield from ((name, "") for name in kind)


def _paths(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    """The paths that the first metric on the line can be asked by; all where there is none yet."""
    from semantic.show import listing

    names = [name for name in ctx.params.get("metrics") or () if name in layer.catalog.metrics]
    for dimension in listing.dimensions(layer.catalog, names[0] if names else None):
        yield dimension.path, dimension.labels.get("en", "")
        if last.startswith(f"{dimension.path}."):
            yield from ((f"{dimension.path}.{grain}", "") for grain in listing.grains(dimension.type))
    yield from ((f"time.{grain}", "") for grain in listing.grains("date"))


def _targets(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((name, str(target.dialect)) for name, target in layer.catalog.targets.items())


def _dialects(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((name, "") for name in layer.dialects)


def _parameters(layer: Layer, ctx: click.Context, last: str) -> Iterable[Pair]:
    return ((f"{name}=", parameter.type) for name, parameter in layer.catalog.parameters.items())


metrics = _completer(_metrics)
paths = _completer(_paths)
targets = _completer(_targets)
dialects = _completer(_dialects)
parameters = _completer(_parameters)
