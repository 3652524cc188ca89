"""Views: definitions that are deployed as objects of a warehouse, as data and as DDL."""

from semantic.views.comments import comment, fingerprint_in, seal, seal_in, words_in
from semantic.views.making import deployment, faults_of, stored
from semantic.views.statements import create, drop, migration, revoke, script, transaction
from semantic.views.view import Column, Deployment, Grant, Options, View

__all__ = [
    "Column",
    "Deployment",
    "Grant",
    "Options",
    "View",
    "comment",
    "create",
    "deployment",
    "drop",
    "faults_of",
    "fingerprint_in",
    "migration",
    "revoke",
    "script",
    "seal",
    "seal_in",
    "stored",
    "transaction",
    "words_in",
]
