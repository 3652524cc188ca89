"""What a view is in a target: its kind, the options that the target has for it, and its grants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from semantic import faults
from semantic.dialect import Answers, Dialect, load, names
from semantic.faults import Fault
from semantic.source import Span, Text
from semantic.spec.types import Materialization
from semantic.spec.types import View as Spec
from semantic.views.view import Grant, Options

_OTHERWISE = "otherwise"
#: Seconds of the units in which targets say how old rows may be.
SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


def kind_in(view: Spec, dialect: str) -> Materialization:
    """What a view is in a dialect."""
    said: dict[str, Materialization] = {str(name): kind for name, kind in view.materialized}
    return said.get(dialect) or said.get(_OTHERWISE) or "view"


def answer_faults(view: Spec, dialect: Dialect) -> Iterator[Fault]:
    """What a target does not have of what a view is to be there."""
    answers, kind = dialect.answers, kind_in(view, dialect.name)
    if kind not in answers.materialized:
        place = next((k.span for k, _ in view.materialized if k.span), None) or view.name.span
        yield faults.not_materialized(view.name, kind, dialect.name, answers.materialized, place)
    for option in answers.view_needs.get(kind, ()):
        if not _given(view, option):
            yield faults.option_needed(view.name, kind, option, dialect.name, view.name.span)
    for privilege, _ in view.grants if answers.privileges else ():
        if privilege not in answers.privileges:
            yield faults.no_privilege(privilege, dialect.name, list(answers.privileges), privilege.span)


def spec_faults(view: Spec) -> Iterator[Fault]:
    """What is wrong with a view whatever the target is."""
    name, known = str(view.name), (*names(), _OTHERWISE)
    asks = bool(view.metrics or (view.by and view.model is None))
    if asks == (view.model is not None):
        yield faults.rows_or_question(name, view.name.span)
    for dialect, _ in view.materialized:
        if dialect not in known:
            yield faults.unknown("dialect", dialect, known, dialect.span)
    if view.refresh is not None and view.refresh.every.unit not in SECONDS:
        yield faults.long_refresh(name, str(view.refresh.every), view.refresh.span)
    roles = (role for _, all_ in view.grants for role in all_)
    for text in (view.alias, view.refresh.warehouse if view.refresh else None, *roles):
        if text is not None and not text.isprintable():
            yield faults.bad_object_name(text, text.span)
    yield from _useless(view)


def _useless(view: Spec) -> Iterator[Fault]:
    """Options that no target has for what the view is there."""
    for option in ("cluster_by", "partition_by", "indexes", "refresh"):
        if not _given(view, option):
            continue
        answers: Sequence[Answers] = [load(name).answers for name in names()]
        taken = {kind for each in answers for kind, known in each.view_options.items() if option in known}
        used = (load(name).answers.view_options.get(kind_in(view, name), ()) for name in names())
        if not any(option in known for known in used):
            yield faults.useless_option(option, view.name, sorted(taken), _place(view, option))


def options_in(view: Spec, dialect: Dialect) -> Options:
    """The options of a view that a target has."""
    known = dialect.answers.view_options.get(kind_in(view, dialect.name), ())
    refresh = view.refresh if "refresh" in known else None
    return Options(
        cluster_by=_plain(view.cluster_by) if "cluster_by" in known else (),
        partition_by=str(view.partition_by) if view.partition_by and "partition_by" in known else None,
        indexes=tuple(map(_plain, view.indexes)) if "indexes" in known else (),
        every=refresh.every if refresh else None,
        warehouse=str(refresh.warehouse) if refresh and refresh.warehouse and "warehouse" in known else None,
    )


def grants_in(view: Spec, dialect: Dialect) -> tuple[Grant, ...]:
    """Who may do what with a view, in the target's words; none where it has no roles."""
    known = dialect.answers.privileges
    pairs = ((known[privilege], to) for privilege, all_ in view.grants if privilege in known for to in all_)
    return tuple(sorted({Grant(word, str(to)) for word, to in pairs}, key=lambda g: (g.privilege, g.to)))


def named_columns(view: Spec) -> Iterator[Text]:
    """The columns that a view's options name."""
    yield from view.cluster_by
    yield from (view.partition_by,) if view.partition_by is not None else ()
    for index in view.indexes:
        yield from index


def _given(view: Spec, option: str) -> bool:
    if option == "warehouse":
        return view.refresh is not None and view.refresh.warehouse is not None
    return bool(getattr(view, option))


def _place(view: Spec, option: str) -> Span | None:
    given = getattr(view, option)
    first = given[0] if isinstance(given, tuple) else given
    first = first[0] if isinstance(first, tuple) else first
    return first.span if first is not None else view.name.span


def _plain(texts: Sequence[Text]) -> tuple[str, ...]:
    return tuple(map(str, texts))
