"""Names linked: models, their columns and dimensions, and the graph of joins between them.

The catalog is built once from a `Spec`, checks what can be checked without parsing SQL, and never
changes. A join leads from the many to the one; the other direction is found by `Catalog.branches`.
"""

from semantic.catalog.asked import output, ring
from semantic.catalog.graph import Branch, Catalog, Edge, Model, Walk, bare
from semantic.catalog.joining import cohort_role
from semantic.catalog.linking import link

__all__ = [
    "Branch",
    "Catalog",
    "Edge",
    "Model",
    "Walk",
    "bare",
    "cohort_role",
    "link",
    "output",
    "ring",
]
