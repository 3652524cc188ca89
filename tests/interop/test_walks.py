"""Models that share a key lead to each other directly: as many walks as models, not as orders of them."""

from __future__ import annotations

from semantic import Layer

MANY = 9


def project() -> str:
    """Models with one row a user, each joined to all others, and orders that know their user."""
    lines = ["name: users", "models:"]
    for one in range(MANY):
        joins = ", ".join(f"{{to: m{n}, as: user__m{n}, on: user}}" for n in range(MANY) if n != one)
        lines.append(f"  - {{name: m{one}, table: m{one}, primary_key: user, entity: user,")
        lines.append(f"     dimensions: [user, a{one}], joins: [{joins}]}}")
    joins = ", ".join(f"{{to: m{n}, as: user__m{n}, on: user}}" for n in range(MANY))
    lines.append("  - {name: orders, table: orders, primary_key: id, entity: order, time: ds,")
    lines.append(f"     dimensions: [user, {{name: ds, type: date}}], joins: [{joins}]}}")
    return "\n".join([*lines, "metrics: [{name: orders_made, model: orders, sql: count(*)}]"])


def test_walks() -> None:
    layer = Layer.from_text(semantic=project())
    assert len(layer.catalog.walks("orders")) == 1 + MANY
    assert len(layer.catalog.walks("m0")) == MANY
    text = layer.sql("orders_made", by=["user__a1", "m2.a2"], where="{{ Dimension('user__a3') }} = 'x'").text
    assert text.count("JOIN") == 3
