"""What imports what: rooms in one direction, no cycles, and a help text that loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "semantic"

#: Bottom first; a module imports only from its own room and from those before it.
ROOMS = (
    "source",
    "faults",
    "rooms",
    "cache",
    "spec",
    "macros",
    "functions",
    "expr",
    "dialect",
    "catalog",
    "policies",
    "query",
    "bind",
    "plan",
    "planner",
    "rewrite",
    "lower",
    "emit",
    "views",
    "warehouse",
    "embed",
    "terminal",
    "audit",
    "check",
    "impact",
    "inspect",
    "deploy",
    "testing",
    "show",
    "statements",
    "compiled",
    "compiling",
    "interop",
    "layer",
    "watching",
    "cli",
)
FACES = ("__init__", "__main__")  # public names, and `python -m semantic`: above every room
HEAVY = {"sqlglot", "duckdb", "sqlalchemy", "jinja2", "yaml"}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def height(module: str) -> int:
    return len(ROOMS) if room(module) in FACES else ROOMS.index(room(module))


def imported(module: str) -> Iterator[str]:
    """The modules of this package that one imports, inside functions and for type checkers too."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in MODULES or node.module in MODULES:
                    yield inner if inner in MODULES else str(node.module)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_stands_in_a_known_room(module: str) -> None:
    assert room(module) in (*ROOMS, *FACES)


@pytest.mark.parametrize("module", MODULES)
def test_imports_lead_downwards(module: str) -> None:
    upwards = [other for other in imported(module) if height(other) > height(module)]
    assert upwards == []


def test_no_cycle_within_a_room() -> None:
    graph = {module: set(imported(module)) - {module, "semantic"} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_architecture_has_a_paragraph_for_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    built = {room(module) for module in MODULES} - set(FACES)
    assert [name for name in ROOMS if name in built and f"`{name}" not in text] == []


@pytest.mark.parametrize("words", [["--help"], ["sql", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys\n"
        "from semantic.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = done.stdout.rpartition("loaded:")[2].split()
    assert HEAVY.isdisjoint(loaded)
