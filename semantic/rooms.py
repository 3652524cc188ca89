"""Finds the folders of data that ship beside the code: ``dialects`` and ``metric_defs``."""

from __future__ import annotations

from pathlib import Path

#: The folder of bundled metric libraries; their files are named ``metric_defs/<library>/…`` in faults.
LIBRARIES = "metric_defs"


def room(name: str) -> Path:
    """The folder of that name: inside the package (a wheel), else beside it (a checkout).

    >>> room("metric_defs").name
    'metric_defs'
    """
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
