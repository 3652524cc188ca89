"""What an answer is made from: as text, and as a drawing in Mermaid's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from semantic.embed.lineage import Lineage, Role
from semantic.impact import Dependents
from semantic.show.mermaid import quoted

_WORDS: dict[Role, str] = {"value": "made of", "condition": "decided by"}
_ARROWS: dict[Role, str] = {"value": "-->", "condition": "-.->"}


def lines(found: Sequence[Lineage], above: Mapping[str, Dependents] = MappingProxyType({})) -> Iterator[str]:
    r"""Each output with its models, the columns that it is made of, and those that decide about its rows; of
    those that are ``above`` metrics, the metrics that they are made from, and what uses them.

    >>> from semantic.embed.lineage import SourceColumn
    >>> columns = (SourceColumn("orders", "amount", "value"), SourceColumn("orders", "status", "condition"))
    >>> print(*lines([Lineage("sales", ("orders",), (), ("orders",), columns)]), sep="\n")
    sales
      models      orders
      tables      orders
      made of     orders: amount
      decided by  orders: status
    """
    for number, each in enumerate(found):
        if number:
            yield ""
        yield each.output
        for word, names in (("models", each.models), ("sources", each.sources), ("tables", each.tables)):
            yield from [f"  {word:<12}{', '.join(names)}"] if names else []
        for role, word in _WORDS.items():
            yield from _columns(each, role, word)
        yield from _around(above[each.output]) if each.output in above else ()


def _around(metric: Dependents) -> Iterator[str]:
    """The metrics that one is made from, and the metrics and views that are made from it."""
    sides = (("made from", metric.reads), ("used by", metric.used_by))
    for word, names in [(word, kinds.get("metric", ())) for word, kinds in sides]:
        yield from [f"  {word:<12}{', '.join(names)}"] if names else []
    views = metric.used_by.get("view", ())
    yield from [f"  {'shown in':<12}{', '.join(views)}"] if views else []


def _columns(lineage: Lineage, role: Role, word: str) -> Iterator[str]:
    for table in lineage.tables:
        names = [each.name for each in lineage.columns if each.table == table and each.role == role]
        if names:
            yield f"  {word:<12}{table}: {', '.join(names)}"
            word = ""


def mermaid(
    found: Sequence[Lineage], above: Mapping[str, Dependents] = MappingProxyType({})
) -> Iterator[str]:
    r"""A flowchart from the columns of tables to the outputs, and on to the metrics and views ``above`` them;
    broken arrows are conditions.

    >>> from semantic.embed.lineage import SourceColumn
    >>> found = [Lineage("sales", (), (), ("orders",), (SourceColumn("orders", "amount", "value"),))]
    >>> print(*mermaid(found), sep="\n")
    flowchart LR
      subgraph t0["orders"]
        t0c0["amount"]
      end
      o0(["sales"])
      t0c0 --> o0
    """
    yield "flowchart LR"
    nodes: dict[tuple[str, str], str] = {}
    for number, table in enumerate(sorted({table for each in found for table in each.tables})):
        yield f'  subgraph t{number}["{quoted(table)}"]'
        names = sorted({c.name for each in found for c in each.columns if c.table == table})
        for place, name in enumerate(names):
            nodes[table, name] = f"t{number}c{place}"
            yield f'    t{number}c{place}["{quoted(name)}"]'
        yield "  end"
    for number, each in enumerate(found):
        yield f'  o{number}(["{quoted(each.output)}"])'
        for column in each.columns:
            yield f"  {nodes[column.table, column.name]} {_ARROWS[column.role]} o{number}"
    yield from _above({each.output: f"o{number}" for number, each in enumerate(found)}, above)


def _above(outputs: dict[str, str], above: Mapping[str, Dependents]) -> Iterator[str]:
    """Metrics and views that use the outputs, and what leads there."""
    pairs = [pair for metric in above.values() for pair in metric.directly]
    users = {("metric", name) for metric in above.values() for name in metric.used_by.get("metric", ())}
    users |= {("view", name) for metric in above.values() for name in metric.used_by.get("view", ())}
    names = {("metric", output): name for output, name in outputs.items() if output in above}
    for node in sorted(users - names.keys()):
        names[node] = f"u{len(names)}"
        yield f'  {names[node]}["{quoted(" ".join(node))}"]'
    shown = {(read, reader) for reader, read in pairs if reader in users and read in names}
    yield from (f"  {names[read]} --> {names[reader]}" for read, reader in sorted(shown))
