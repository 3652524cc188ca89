"""The question on a command line, or as JSON on standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
_PART = re.compile(r"(?:[^,(]|\([^)]*\)?)+")


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


def _named(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, list[str]]:
    return {word: _listed([paths]) for word, paths in map(pair, given)}


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
    click.option(
        "--path", "paths", multiple=True, metavar="WORD=PATH,…", callback=_named,
        help="Call paths by a name: each metric takes the one of its own model, else the first it reaches.",
    ),
    click.option("--saved", "saved_query", metavar="NAME", help="Ask the question of a view."),
    click.option(
        "--start-time", metavar="TIME",
        help="The first moment, widened to whole periods as MetricFlow does; --time instead is exact.",
    ),
    click.option("--end-time", metavar="TIME", help="The last moment, widened likewise."),
    click.option(
        "--names", type=click.Choice(["semantic", "metricflow"]),
        help="How the columns of MetricFlow's words are called: time_month, or metric_time__month.",
    ),
)  # fmt: skip


def question(command: C) -> C:
    """The arguments and options that make a question."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Asked:
    """A question with the layer that answers it, and what its JSON said about where it goes."""

    layer: Layer
    query: Query
    dialect: str | None = None
    target: str | None = None


def asked(options: dict[str, Any], layer: Layer) -> Asked:
    """The question from options; parts of it override those of a question on standard input."""
    words, dialect, target = worded(options)
    return Asked(*layer.understood(words), dialect, target)


def worded(options: dict[str, Any]) -> tuple[dict[str, Any], str | None, str | None]:
    """The words of the question, and the dialect and the target that its JSON names."""
    words = _words(options)
    text = "" if "saved_query" in words else _stdin(options["metrics"])
    if not text.strip():
        return words, None, None
    from semantic.query import json_words

    given, rest = json_words(text)
    if isinstance(given.get("parameters"), dict) and "parameters" in words:
        words["parameters"] = given["parameters"] | words["parameters"]
    return given | words, _word(rest, "dialect"), _word(rest, "target")


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
        "paths": options["paths"],
        "saved_query": options["saved_query"],
        "names": options["names"],
        "start_time": options["start_time"],
        "end_time": options["end_time"],
    }
    return {key: value for key, value in words.items() if value not in (None, False, (), [], {})}


def _listed(items: Iterable[str]) -> list[str]:
    """``a,b`` is two names; names and paths hold no commas, but for those inside a call."""
    parts = [part.strip() for item in items for part in _PART.findall(item)]
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
