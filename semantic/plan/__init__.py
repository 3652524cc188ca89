"""The plan: a small set of frozen relational nodes that refuse to be wrong.

Rows of a fact flow ``Scan → Lookup* → Spread* → Filter → Aggregate``; aggregates meet in ``Align``, are
completed by ``Fill``, and end in ``Project → Select → Sort``. A `Lookup` joins on a key of its target, so it
cannot multiply rows; a `Spread` may show a row once per distinct value of a many side, and an
`Aggregate` over it refuses to be built unless it groups by everything that was spread. No other join exists.
Scalars are canonical sqlglot trees: below an Aggregate their columns stand at walks (see `bind.row`),
above it the table ``#`` names a measure and no table names a key.
"""

from semantic.plan.answer import Body, Extraction, Matching, Projection, Result, Selected, Step
from semantic.plan.chain import (
    WHOLE,
    Aggregate,
    Beside,
    CalendarFrames,
    Distinct,
    Expanded,
    Filter,
    Frames,
    Lookup,
    Match,
    Measure,
    Partial,
    Remade,
    Rows,
    Scan,
    Spine,
    Spread,
    Test,
)
from semantic.plan.changing import Changes, Intervals, Snapshot, States
from semantic.plan.grouped import Align, Everywhere, Fill, Grouped, Groups, Levelled, Population, Sampled
from semantic.plan.names import (
    BESIDE,
    MERGED,
    PARTS,
    Named,
    PlanError,
    beside_column,
    frame_column,
    free_name,
    known_of,
    partial_column,
)
from semantic.plan.reads import columns_read
from semantic.plan.running import Part, Running, Shifted, Triangle

__all__ = [
    "BESIDE",
    "MERGED",
    "PARTS",
    "WHOLE",
    "Aggregate",
    "Align",
    "Beside",
    "Body",
    "CalendarFrames",
    "Changes",
    "Distinct",
    "Everywhere",
    "Expanded",
    "Extraction",
    "Fill",
    "Filter",
    "Frames",
    "Grouped",
    "Groups",
    "Intervals",
    "Levelled",
    "Lookup",
    "Match",
    "Matching",
    "Measure",
    "Named",
    "Part",
    "Partial",
    "PlanError",
    "Population",
    "Projection",
    "Remade",
    "Result",
    "Rows",
    "Running",
    "Sampled",
    "Scan",
    "Selected",
    "Shifted",
    "Snapshot",
    "Spine",
    "Spread",
    "States",
    "Step",
    "Test",
    "Triangle",
    "beside_column",
    "columns_read",
    "frame_column",
    "free_name",
    "known_of",
    "partial_column",
]
