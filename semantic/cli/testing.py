"""``semantic test``: the tests that stand beside the metrics."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from semantic import faults
from semantic.cli import complete
from semantic.cli.base import Command, format_option, load, project_option
from semantic.cli.output import painter, say, say_json
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from semantic.layer import Layer
    from semantic.testing.cases import Case
    from semantic.testing.coverage import Coverage
    from semantic.testing.outcome import Outcome, Results


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic test
  semantic test "same day" returns
  semantic test --metric purchase_visits --show-sql
  semantic test --file metrics/visits.yml --fail-fast
  semantic test --library crm --coverage
  semantic test --junit tests.xml
  semantic test --target staging
""",
)
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option(
    "--metric", "metrics", multiple=True, metavar="NAME", shell_complete=complete.metrics,
    help="Run the tests that ask for this metric.",
)  # fmt: skip
@click.option("--file", "files", multiple=True, metavar="FILE", help="Run the tests of this file.")
@click.option("--library", metavar="NAME", help="Run the tests of a bundled library; needs no project.")
@click.option("--libraries", is_flag=True, help="Run the tests of the project's libraries, too.")
@click.option(
    "--target", metavar="NAME", shell_complete=complete.targets,
    help="Run on this target, in a scratch schema that is dropped afterwards.",
)  # fmt: skip
@click.option("--schema", metavar="NAME", help="The scratch schema; it must be empty or not exist.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N",
    help="At most that many processes; one a core if left out.",
)  # fmt: skip
@click.option("--fail-fast", is_flag=True, help="Stop at the first test that does not pass.")
@click.option("--show-sql", is_flag=True, help="Show the SQL of tests that fail.")
@click.option("--verbose", "-v", is_flag=True, help="List every test with its time.")
@click.option("--coverage", is_flag=True, help="List the metrics that no test asks for.")
@click.option("--strict", is_flag=True, help="With --coverage, fail where a metric is not tested.")
@click.option("--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write JUnit XML, too.")
@format_option("text", "json")
@project_option
@click.pass_context
def test(ctx: click.Context, /, format: str, project: Path | None, **options: Any) -> None:
    """Run the tests that stand beside the metrics: given rows, a question, the answer.

    A NAME is a part of a test's name; without any, all of the project's own tests run, on DuckDB in memory.
    """
    _check_usage(options, project)
    layer = _layer(options["library"], project)
    cases = _chosen(layer, options)
    results = _run(layer, cases, options)
    covered = _coverage(layer, options, results) if options["coverage"] else None
    if options["junit"] is not None:
        _write_junit(options["junit"], results, str(layer.catalog.spec.name))
    if format == "json":
        say_json(_record(results, covered))
    else:
        say(_told(results, covered, options))
    if not results.passed or (options["strict"] and covered is not None and not covered.complete):
        ctx.exit(1)


def _check_usage(options: dict[str, Any], project: Path | None) -> None:
    if options["library"] and (project or options["libraries"] or options["target"]):
        raise click.UsageError("--library needs no project: leave --project, --libraries and --target out.")
    if options["schema"] and not options["target"]:
        raise click.UsageError("--schema goes with --target.")
    if options["strict"] and not options["coverage"]:
        raise click.UsageError("--strict goes with --coverage.")


def _layer(library: str | None, project: Path | None) -> Layer:
    """The project, or one that has nothing but a library."""
    if library is None:
        return load(project)
    from semantic.layer import Layer
    from semantic.spec.files import library_names

    if library not in library_names():
        raise SemanticError([faults.unknown("library", library, library_names(), None)])
    return Layer.from_text(semantic=f"name: {library}\nlibraries: [{library}]")


def _origins(layer: Layer, options: dict[str, Any]) -> list[str | None]:
    """Whose tests run: the project's own (``None``), or those of libraries."""
    if options["library"]:
        return [options["library"]]
    return [None, *(map(str, layer.catalog.spec.libraries) if options["libraries"] else ())]


def _chosen(layer: Layer, options: dict[str, Any]) -> list[Case]:
    from semantic.testing.cases import cases
    from semantic.testing.suite import chosen

    known = list(layer.catalog.metrics)
    if unknown := [name for name in options["metrics"] if name not in known]:
        raise SemanticError(faults.unknown("metric", name, known, None) for name in unknown)
    made = [case for origin in _origins(layer, options) for case in cases(layer.catalog, layer.tests(origin))]
    return chosen(made, options["names"], options["metrics"], options["files"])


def _run(layer: Layer, cases: list[Case], options: dict[str, Any]) -> Results:
    from semantic.layer import Layer
    from semantic.testing.scratch import run_on
    from semantic.testing.suite import run

    with _counting(len(cases)) as note:
        fail_fast = options["fail_fast"]
        if options["target"]:
            place = layer.place(options["target"])
            return run_on(
                place, options["schema"], layer.catalog.spec, cases, Layer, fail_fast=fail_fast, note=note
            )
        jobs = options["jobs"] or os.cpu_count() or 1
        return run(layer.catalog.spec, cases, Layer, jobs=jobs, fail_fast=fail_fast, note=note)


@contextmanager
def _counting(total: int) -> Iterator[Any]:
    """Say on a terminal how many tests have run, and how many did not pass."""
    if not sys.stderr.isatty():
        yield None
        return
    done = failed = 0

    def note(outcome: Outcome) -> None:
        nonlocal done, failed
        done, failed = done + 1, failed + (not outcome.passed)
        text = f"\r\x1b[KTesting {done:,}/{total:,}" + (f", {failed:,} failed" if failed else "")
        click.echo(text, err=True, nl=False, color=True)

    try:
        yield note
    finally:
        click.echo("\r\x1b[K", err=True, nl=False, color=True)


# --- coverage -----------------------------------------------------------------------------------------


def _coverage(layer: Layer, options: dict[str, Any], results: Results) -> Coverage:
    """Of the metrics of those whose tests ran."""
    from semantic.rooms import LIBRARIES
    from semantic.testing.coverage import coverage

    origins = _origins(layer, options)
    names = []
    for name, metric in layer.catalog.metrics.items():
        room, _, rest = metric.span.file.partition("/")
        library = rest.partition("/")[0] if room == LIBRARIES else None
        if library in origins:
            names.append(name)
    asked = {name for outcome in results for name in outcome.metrics}
    return coverage(layer.catalog, names, asked)


# --- telling ------------------------------------------------------------------------------------------


def _told(results: Results, covered: Coverage | None, options: dict[str, Any]) -> list[str]:
    from semantic.testing.shown import outcome_lines

    paint = painter()
    lines: list[str] = []
    for outcome in results:
        if not outcome.passed:
            lines += [*outcome_lines(outcome, paint, sql=options["show_sql"]), ""]
        elif options["verbose"]:
            time = paint("dim", f"{outcome.seconds * 1000:.1f} ms")
            lines.append(f"{paint('green', '✓')} {outcome.name}  {time}")
    if covered is not None:
        lines += [*_covered(covered), ""]
    return [*lines, _summary(results)]


def _covered(covered: Coverage) -> list[str]:
    paint = painter()
    total = len(covered.tested) + len(covered.through) + len(covered.untested)
    lines = [
        f"{len(covered.tested):,} of {total:,} metrics have a test, {len(covered.through):,} are tested "
        f"through others, {len(covered.untested):,} are not tested"
    ]
    for name, others in covered.through.items():
        lines.append(f"  {paint('yellow', '~')} {name}  {paint('dim', 'through ' + ', '.join(others))}")
    return [*lines, *(f"  {paint('red', '✗')} {name}" for name in covered.untested)]


def _summary(results: Results) -> str:
    paint = painter()
    if not len(results):
        return paint("dim", "no tests")
    failed, faulty, passed = (results.count(status) for status in ("failed", "fault", "passed"))
    words = [
        paint("red", f"{failed:,} failed") if failed else "",
        paint("red", f"{faulty:,} with faults") if faulty else "",
        paint("green" if passed == len(results) else "bold", f"{passed:,} passed"),
    ]
    each = results.seconds * 1000 / len(results)
    time = paint("dim", f"in {results.seconds:.2f} s ({each:.1f} ms a test)")
    return f"{', '.join(filter(None, words))} {time}"


def _record(results: Results, covered: Coverage | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "passed": results.count("passed"),
        "failed": results.count("failed"),
        "faults": results.count("fault"),
        "seconds": round(results.seconds, 6),
        "tests": [outcome.as_dict() for outcome in results],
    }
    if covered is not None:
        record["coverage"] = {
            "tested": list(covered.tested),
            "through": {name: list(others) for name, others in covered.through.items()},
            "untested": list(covered.untested),
        }
    return record


def _write_junit(path: Path, results: Results, name: str) -> None:
    from semantic.testing.junit import junit

    try:
        path.write_bytes(junit(results, name))
    except OSError as error:
        raise SemanticError([faults.cannot_write(str(path), error.strerror or str(error))]) from None
