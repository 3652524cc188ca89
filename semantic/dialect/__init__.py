"""What a target is asked and how an expression becomes its SQL: answers, templates, translation."""

from semantic.dialect.answers import Answers
from semantic.dialect.loader import check_dialect, load, names
from semantic.dialect.template import Template
from semantic.dialect.translate import Dialect

__all__ = ["Answers", "Dialect", "Template", "check_dialect", "load", "names"]
