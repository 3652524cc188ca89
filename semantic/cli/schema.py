"""``semantic schema``: the file format, for editors."""

from __future__ import annotations

import click

from semantic.cli.base import Command
from semantic.cli.output import say_json


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic schema > semantic.schema.json

\b
An editor that knows YAML Language Server takes it in the first line of a file:
  # yaml-language-server: $schema=semantic.schema.json
""",
)
def schema() -> None:
    """Print the JSON Schema of project files, for editors."""
    from semantic.spec.schema import json_schema

    say_json(json_schema())
