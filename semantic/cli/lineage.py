"""``semantic lineage``: what metrics are made from, up to the columns of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from semantic.cli import complete
from semantic.cli.ask import default_dialect
from semantic.cli.base import format_option, load, project_option
from semantic.cli.output import painter, say, say_json
from semantic.cli.question import Question, asked
from semantic.cli.question import question as question_options


@click.command(
    cls=Question,
    epilog="""\b
Examples:
  semantic lineage sales
  semantic lineage sales --by customers.region --where "orders.status = 'paid'"
  semantic lineage sales visits --format mermaid
  semantic lineage sales --format json
""",
)
@question_options
@click.option(
    "--dialect", metavar="NAME", shell_complete=complete.dialects, help="The dialect to read names in."
)
@format_option("text", "json", "mermaid")
@project_option
def lineage(dialect: str | None, format: str, project: Path | None, **options: Any) -> None:
    """Show what metrics are made from, up to the columns of tables.

    Columns that a value is made of are told apart from those that decide which rows it sees: filters, keys of
    joins, groups of inner steps.
    """
    layer = load(project)
    question = asked(options, layer)
    chosen = dialect or question.dialect or default_dialect(layer, question.target)
    found = layer.compile(question.query, chosen).lineage
    if format == "json":
        say_json([each.as_dict() for each in found])
        return
    from semantic.show.lineage import lines, mermaid
    from semantic.terminal.width import printable

    told = mermaid(found) if format == "mermaid" else lines(found)
    heads = {each.output for each in found} if format == "text" else set()
    say(painter()("bold", printable(line)) if line in heads else printable(line) for line in told)
