"""Faults of revisions of a project, and of what depends on what."""

from __future__ import annotations

from semantic.faults.base import Fault


def no_git() -> Fault:
    """There is no git to read revisions with."""
    return Fault(
        "git", "There is no command 'git' here.", "Install git, and put it on the PATH.", where="git"
    )


def git_refuses(folder: str, reason: str) -> Fault:
    """Git does not answer in a folder: it is in no repository, or git does not trust it."""
    said = reason.removeprefix("fatal: ").rstrip(".") or "it does not say why"
    hint = "Revisions are read from the git repository that the project is in."
    return Fault("git", f"Git refuses: {said}.", hint, where=folder)


def no_revision(revision: str) -> Fault:
    """A name that is no commit of the repository."""
    hint = "Name a commit, a branch or a tag, such as 'main' or 'HEAD~1'."
    return Fault("unknown", f"'{revision:.80}' is no revision of the repository.", hint, where="git")


def no_project_at(revision: str, file: str) -> Fault:
    """A revision at which the folder held no project."""
    message = f"There is no '{file}' of this project in the revision '{revision:.80}'."
    return Fault("file", message, "Name a later revision.", where=revision)
