"""What a definition means, what depends on it, and what a change of a project changes."""

from semantic.impact.comparing import compare
from semantic.impact.difference import Cause, Change, Difference
from semantic.impact.graph import Graph, Node
from semantic.impact.words import Edit

__all__ = ["Cause", "Change", "Difference", "Edit", "Graph", "Node", "compare"]
