"""What an answer is made from: as text, and as a drawing in Mermaid's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from semantic.embed.lineage import Lineage, Role

_WORDS: dict[Role, str] = {"value": "made of", "condition": "decided by"}
_ARROWS: dict[Role, str] = {"value": "-->", "condition": "-.->"}


def lines(found: Sequence[Lineage]) -> Iterator[str]:
    r"""Each output with its models, the columns that it is made of, and those that decide about its rows.

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


def _columns(lineage: Lineage, role: Role, word: str) -> Iterator[str]:
    for table in lineage.tables:
        names = [each.name for each in lineage.columns if each.table == table and each.role == role]
        if names:
            yield f"  {word:<12}{table}: {', '.join(names)}"
            word = ""


def mermaid(found: Sequence[Lineage]) -> Iterator[str]:
    r"""A flowchart from the columns of tables to the outputs; broken arrows are conditions.

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
        yield f'  subgraph t{number}["{_quoted(table)}"]'
        names = sorted({c.name for each in found for c in each.columns if c.table == table})
        for place, name in enumerate(names):
            nodes[table, name] = f"t{number}c{place}"
            yield f'    t{number}c{place}["{_quoted(name)}"]'
        yield "  end"
    for number, each in enumerate(found):
        yield f'  o{number}(["{_quoted(each.output)}"])'
        for column in each.columns:
            yield f"  {nodes[column.table, column.name]} {_ARROWS[column.role]} o{number}"


def _quoted(text: str) -> str:
    return "".join(f"#{ord(c)};" if c in '"#;<>&' or not c.isprintable() else c for c in text)
