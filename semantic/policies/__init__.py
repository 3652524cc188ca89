"""What callers may not see, as far as it can be told without SQL: who asks, and which policies govern
which models."""

from semantic.policies.attributes import (
    Anybody,
    Anything,
    Attributes,
    User,
    attributes,
    given,
    read,
    relevant,
    written,
)
from semantic.policies.reach import Governing, governing, is_made, relaxed

__all__ = [
    "Anybody",
    "Anything",
    "Attributes",
    "Governing",
    "User",
    "attributes",
    "given",
    "governing",
    "is_made",
    "read",
    "relaxed",
    "relevant",
    "written",
]
