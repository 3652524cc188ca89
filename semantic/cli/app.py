"""The root command: what each word leads to, and what becomes of whatever goes wrong.

A command's module is imported when the command runs; none of them imports the compiler at the top.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from semantic.cli.base import Command, debug_option, debugging, wants_json
from semantic.cli.output import report, report_bug
from semantic.faults import SemanticError

BUG, INTERRUPTED, BROKEN_PIPE = 70, 130, 141

#: Each command, the module and function behind it, and its line in the help text.
COMMANDS: dict[str, tuple[str, str]] = {
    "sql": ("ask:sql", "Print the SQL of a question."),
    "run": ("ask:run", "Run a question and show its rows."),
    "list": ("listing:list_", "List metrics, dimensions, models, views, parameters, targets or policies."),
    "show": ("showing:show", "Show what a name or a question becomes, stage by stage."),
    "lineage": ("lineage:lineage", "Show what metrics are made from, and what depends on what."),
    "diff": ("diffing:diff", "Show what changed in meaning between two revisions of a project."),
    "check": ("checking:check", "Check everything that the project defines."),
    "test": ("testing:test", "Run the tests that stand beside the metrics."),
    "views": ("viewing:views", "Print the statements that deploy views."),
    "plan": ("deploying:plan", "Compare views with what is deployed on a target."),
    "apply": ("deploying:apply", "Deploy what the plan tells."),
    "init": ("starting:init", "Make a small project that works."),
    "import": ("importing:import_", "Import definitions of dbt (MetricFlow) or OSI."),
    "export": ("exporting:export", "Write the project as a document of OSI."),
    "schema": ("schema:schema", "Print the JSON Schema of project files, for editors."),
    "completion": ("completing:completion", "Print the script that completes words in a shell."),
}


class Root(click.Group):
    """Loads commands by name, and turns every error into an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"semantic.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As ever, with the nearest name for one that is unknown."""
        from semantic.faults import meant

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = meant(args[0], COMMANDS) if args and not error.message.endswith("?") else ""
            raise click.UsageError(f"{error.message} {hint}".rstrip(), ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; faults end with 1, a defect of ours with 70."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except SemanticError as error:
            code = _told(report, error.faults, wants_json(ctx))
        except BrokenPipeError:
            code = _hung_up()
        except KeyboardInterrupt:
            code = INTERRUPTED
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # the command line's promise: no traceback
            report_bug(error, debugging(ctx))
            code = BUG
        else:
            return result
        raise click.exceptions.Exit(code)


def _told(tell: Any, *arguments: Any) -> int:
    """Tell of faults; the reader of that text may have gone too."""
    try:
        tell(*arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return _hung_up()
    return 1


def _hung_up() -> int:
    """Nobody reads any more: leave nothing that the interpreter would still try to write."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _print_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"semantic {import_module('semantic').__version__}")
        ctx.exit()


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  semantic init shop && cd shop
  semantic list
  semantic sql sales --by time.month --dialect snowflake
  semantic run sales orders --by customers.region --order -sales --plot
  semantic check

Exit codes: 0 all is well, 1 faults, 2 wrong usage, 3 changes ('plan --exit-code'),
70 a defect of semantic, 130 interrupted.
""",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@debug_option
def root() -> None:
    """Metrics written once, as SQL: ask, and get one exact statement, or its rows."""


def main() -> NoReturn:
    """The entry point of the command."""
    _prepare_streams()
    try:
        root(prog_name="semantic")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(0)


def _prepare_streams() -> None:
    """Files and pipes get UTF-8 wherever this runs; a terminal is spared what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = stream.encoding if stream.isatty() else "utf-8"
            reconfigure(encoding=encoding, errors="backslashreplace")


__all__ = ["COMMANDS", "Command", "main", "root"]
