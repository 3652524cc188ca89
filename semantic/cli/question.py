"""The question on a command line, or as JSON on standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.base import Command, pair, user_option
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.layer import Layer
    from semantic.query import Query

C = TypeVar("C", bound=Callable[..., Any])
_ALL = "*"
_STDIN = "-"


class Question(Command):
    """A command with a question; ``--members`` takes a path only in the form ``--members=PATH``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As ever, with a bare ``--members`` written out."""
        return super().parse_args(ctx, [f"--members={_ALL}" if arg == "--members" else arg for arg in args])


class _Members(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return ("--members[=PATH]", self.help or "")


def _pairs(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    return dict(map(pair, given))


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("metrics", nargs=-1, metavar="METRIC…", shell_complete=complete.metrics),
    click.option(
        "--by", multiple=True, metavar="PATH", shell_complete=complete.paths,
        help="Group by model.dimension, by a grain of it (orders.ordered_on.week), or by the shared time "
        "axis (time.month); 'path as name' names the column.",
    ),
    click.option("--where", multiple=True, metavar="SQL", help="Keep rows for which this holds."),
    click.option("--having", multiple=True, metavar="SQL", help="Keep groups whose metrics meet this."),
    click.option("--time", metavar="RANGE", help="2024, 2024-Q1, 2024-01..2024-06; ends included."),
    click.option("--order", multiple=True, metavar="NAME", help="Sort by a column; -NAME is descending."),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most that many rows."),
    click.option(
        "--top", metavar="TOP",
        help="'5 products.name by sales': those with the most sales, and all others as one.",
    ),
    click.option(
        "--from", "start", metavar="MODEL", shell_complete=complete.models,
        help="Without metrics: the model whose rows tell the values of '--by'; the nearest if left out.",
    ),
    click.option("--extremes", is_flag=True, help="Without metrics: the least and greatest value of '--by'."),
    click.option("--fill", is_flag=True, help="Show periods in which nothing happened too."),
    click.option(
        "--members", multiple=True, metavar="PATH", cls=_Members,
        help="Show members to which nothing happened too, of every dimension or of one.",
    ),
    click.option(
        "--param", "parameters", multiple=True, metavar="NAME=VALUE", callback=_pairs,
        shell_complete=complete.parameters, help="Set a parameter of the project.",
    ),
    user_option,
)  # fmt: skip


def question(command: C) -> C:
    """The arguments and options that make a question."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Asked:
    """A question, and what its JSON said about where it goes."""

    query: Query
    dialect: str | None = None
    target: str | None = None


def asked(options: dict[str, Any], layer: Layer) -> Asked:
    """The question from options; parts of it override those of a question on standard input."""
    from semantic.query import Query

    words = _words(options)
    text = _stdin(options["metrics"])
    if not text.strip():
        return Asked(layer.asked(words))
    query, rest = Query.from_json(text)
    given = Query.of(**words)
    parameters = dict(query.parameters) | dict(given.parameters)
    fields = ("start" if key == "from" else key for key in words)
    merged = {key: getattr(given, key) for key in fields} | {"parameters": tuple(sorted(parameters.items()))}
    return Asked(replace(query, **merged), _word(rest, "dialect"), _word(rest, "target"))


def _words(options: dict[str, Any]) -> dict[str, Any]:
    """The parts that were given."""
    lists = {"metrics": _listed(options["metrics"]), "by": _listed(options["by"])}
    words: dict[str, Any] = {
        **lists,
        "where": options["where"],
        "having": options["having"],
        "order": _listed(options["order"]),
        "time": options["time"],
        "limit": options["limit"],
        "top": options["top"],
        "fill": options["fill"],
        "from": options["start"],
        "extremes": options["extremes"],
        "members": _ALL in options["members"] or options["members"],
        "parameters": options["parameters"],
        "user": options["user"],
    }
    return {key: value for key, value in words.items() if value not in (None, False, (), [], {})}


def _listed(items: Iterable[str]) -> list[str]:
    """``a,b`` is two names; names and paths hold no commas."""
    parts = [part.strip() for item in items for part in item.split(",")]
    return [part for part in parts if part and part != _STDIN]


def _stdin(metrics: tuple[str, ...]) -> str:
    """What stands on standard input, if a question can stand there."""
    if _STDIN in metrics or (not metrics and not sys.stdin.isatty()):
        try:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise SemanticError([faults.bad_json("it is not UTF-8")]) from None
    return ""


def _word(rest: dict[str, Any], key: str) -> str | None:
    value = rest.get(key)
    if value is not None and not isinstance(value, str):
        raise SemanticError([faults.bad_part(key, value, "a name")])
    return value
