"""Where to run: a target of the project or a URL, with its secrets kept out of every text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from semantic import faults
from semantic.faults import SemanticError
from semantic.macros import render_url
from semantic.source import Span
from semantic.spec.types import Target

_DEFAULT = "local"
#: Schemes of URLs that are called differently from the dialect behind them.
_SCHEMES = {"postgresql": "postgres"}


@dataclass(frozen=True)
class Place:
    """A warehouse: how it is called in messages, what it speaks, and its URL, which is never shown.

    Relative paths in the URL start at ``folder``.
    """

    name: str
    dialect: str
    url: str = field(repr=False)
    folder: Path | None = None
    span: Span | None = None


def target(targets: Mapping[str, Target], name: str | None) -> Target:
    """The target of that name; without a name the only one, or the one called ``local``."""
    if name is not None:
        if name not in targets:
            raise SemanticError([faults.unknown_target(name, list(targets))])
        return targets[name]
    if not targets:
        raise SemanticError([faults.no_target()])
    chosen = targets.get(_DEFAULT) or (next(iter(targets.values())) if len(targets) == 1 else None)
    if chosen is None:
        raise SemanticError([faults.which_target(list(targets))])
    return chosen


def named(targets: Mapping[str, Target], name: str | None, folder: Path | None) -> Place:
    """The place that a target stands for; its URL is filled from the environment."""
    found = target(targets, name)
    url = render_url(found.url)
    return Place(f"target '{found.name}'", str(found.dialect), url, folder, found.url.span)


def of_url(url: str, dialects: tuple[str, ...], folder: Path | None = None) -> Place:
    """The place that a URL leads to; its scheme tells the dialect.

    >>> of_url("postgresql://me:secret@localhost/shop", ("postgres",))
    Place(name='the URL', dialect='postgres', folder=None, span=None)
    """
    scheme, colon, _ = url.partition(":")
    base = scheme.partition("+")[0]
    dialect = _SCHEMES.get(base, base)
    if not colon:
        raise SemanticError([faults.bad_url("the warehouse", None)])
    if dialect not in dialects:
        raise SemanticError([faults.unknown_scheme(base, [*dialects, *_SCHEMES])])
    return Place("the URL", dialect, url, folder)
