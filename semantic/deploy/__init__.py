"""Deploying: the views of a project and what stands in a warehouse, compared and made the same."""

from semantic.deploy.applying import Agree, Applied, How, Note
from semantic.deploy.changes import Change, Changes, ColumnChange
from semantic.deploy.deploying import Rows, apply, plan
from semantic.deploy.rows import DataDifference, ValueDifference

__all__ = [
    "Agree",
    "Applied",
    "Change",
    "Changes",
    "ColumnChange",
    "DataDifference",
    "How",
    "Note",
    "Rows",
    "ValueDifference",
    "apply",
    "plan",
]
