"""sdist → wheel → an empty environment: the installed package compiles for every dialect."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIALECTS = sorted(path.parent.name for path in ROOT.glob("dialects/*/dialect.yaml"))

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

TINY = """\
name: tiny
models:
  - name: orders
    table: orders
    columns: {order_id: integer, ordered_at: timestamp, amount: decimal}
    primary_key: order_id
    time: ordered_at
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
"""
WITH_LIBRARY = """\
name: shop
libraries: [crm]
sources:
  customers: {table: shop.customers}
  products: {table: shop.products}
  orders: {table: shop.orders}
  order_lines: {table: shop.order_lines}
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command in a plain environment: nothing of this checkout on the path."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the commands of an environment that has the wheel and nothing else; processes that run
    tests side by side share one."""
    base = tmp_path_factory.getbasetemp()
    work = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "wheel"
    commands = work / "env" / ("Scripts" if os.name == "nt" else "bin")
    try:
        work.mkdir()
    except FileExistsError:
        return _made_elsewhere(work, commands)
    try:
        _make(work, commands)
    finally:
        (work / "ended").touch()
    return commands


def _made_elsewhere(work: Path, commands: Path) -> Path:
    """What another process makes, when it is done."""
    deadline = time.monotonic() + 300
    while not (work / "ended").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert (commands / "semantic").exists()
    return commands


def _make(work: Path, commands: Path) -> None:
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", work, ROOT, cwd=work)
    (wheel,) = work.glob("*.whl")
    run(sys.executable, "-m", "venv", work / "env", cwd=work)
    run(commands / "python", "-m", "pip", "install", "--quiet", wheel, cwd=work)


def project(folder: Path, text: str) -> Path:
    (folder / "semantic.yml").write_text(text)
    return folder


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_metric_compiles(installed: Path, tmp_path: Path, dialect: str) -> None:
    words = ["sql", "sales", "--by", "time.month", "--dialect", dialect]
    text = run(installed / "semantic", *words, cwd=project(tmp_path, TINY))
    assert "SUM(" in text.upper()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_metric_of_the_library_compiles(installed: Path, tmp_path: Path, dialect: str) -> None:
    words = ["sql", "avg_unit_price", "--by", "products.category", "--dialect", dialect]
    text = run(installed / "semantic", *words, cwd=project(tmp_path, WITH_LIBRARY))
    assert "order_lines" in text.lower()


def test_the_wheel_has_its_data_and_types(installed: Path, tmp_path: Path) -> None:
    program = (
        "from importlib.resources import files\n"
        "package = files('semantic')\n"
        "assert (package / 'py.typed').is_file()\n"
        "assert (package / 'metric_defs' / 'crm' / 'sources.yml').is_file()\n"
        "print(*sorted(f.name for f in (package / 'dialects').iterdir()))"
    )
    assert run(installed / "python", "-c", program, cwd=tmp_path).split() == DIALECTS
