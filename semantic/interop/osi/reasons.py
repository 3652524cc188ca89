"""Every wording of why something of an OSI document was changed or could not be brought along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic.faults import Fault, meant


def listed(names: Iterable[str]) -> str:
    """Names in a sentence.

    >>> listed(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def told(found: Iterable[Fault]) -> str:
    """Faults as one reason."""
    return " ".join(dict.fromkeys(f"{fault.message} {fault.hint}".strip() for fault in found))


def no_sql(dialects: Sequence[str]) -> str:
    """None of the dialects of an expression is SQL."""
    told = listed(dialects) if dialects else "none"
    return f"It is written in {told} only: give it an expression in ANSI_SQL."


def template() -> str:
    """Braces that would be read as a template."""
    return "Its expression holds '{{', '{%' or '{#', which a project would read as a template."


def no_translation(dialect: str, authoring: str) -> str:
    """Words of a dialect that the project's has none for."""
    return f"The {dialect} expression has no sure translation into {authoring}: give it one in ANSI_SQL."


def translated(dialect: str, authoring: str) -> str:
    """An expression that was put into the project's dialect."""
    return f"Translated from {dialect} into {authoring}."


def no_dataset(path: str, datasets: Sequence[str]) -> str:
    """A column of no dataset."""
    return f"'{path}' names no dataset of the model. {meant(path.split('.')[0], datasets)}".strip()


def whose_field(name: str, datasets: Sequence[str]) -> str:
    """A name without its dataset that no dataset has, or several have."""
    if not datasets:
        return f"'{name}' is no metric, and no field of any dataset: write it as dataset.field."
    return f"'{name}' is a field of {listed(datasets)}: write it as dataset.field."


def aggregated_metric(name: str) -> str:
    """An aggregate over a metric."""
    return f"It aggregates the metric '{name}', which is an aggregate itself."


def bare_field(name: str) -> str:
    """A field outside every aggregate."""
    return f"'{name}' stands outside an aggregate, so it has a value for each row and none for a group."


def nested() -> str:
    """An aggregate of aggregates."""
    return "It holds an aggregate in an aggregate, and does not say for what the inner one is taken."


def constant() -> str:
    """A metric that reads nothing."""
    return "It reads no dataset."


def two_meanings(name: str) -> str:
    """A name that is a metric here and a field there."""
    return f"'{name}' is a metric in one place and a field in another: write the field as dataset.field."


def rows_of_what() -> str:
    """A count of rows that does not say whose."""
    return "It counts rows and does not say of which dataset: count a field of it."


def unrelated(models: Sequence[str]) -> str:
    """One aggregate over rows that do not belong to each other."""
    return (
        f"One aggregate mixes rows of {listed(models)}, and none of them leads to one row of each other: "
        "aggregate them apart, or add the relationship."
    )


def fans_out(values: Sequence[str], home: str) -> str:
    """Rows of the one side that would count once for each of the many."""
    return (
        f"A value of {listed(values)} would count once for each row of '{home}' that the condition looks at: "
        f"aggregate fields of '{home}', or count distinct keys."
    )


def no_key(dataset: str, columns: Sequence[str], keys: Sequence[str]) -> str:
    """A relationship to columns that are no key."""
    return (
        f"Its columns {listed(columns)} of '{dataset}' hold no key (there is {listed(keys)}), so a join "
        "could multiply rows: add them to 'unique_keys' if they are one."
    )


def key_told(dataset: str, columns: Sequence[str]) -> str:
    """A key that only a relationship tells."""
    told = f"{listed(columns)} is taken as its primary key, since the relationship leads there"
    return f"'{dataset}' declares no key: {told}."


def turned(start: str, to: str) -> str:
    """A relationship that leads from the one to the many."""
    return f"It is joined from '{to}' to '{start}': its columns are a key of '{start}' and none of '{to}'."


def version(known: str) -> str:
    """A document of a version that this package has not seen."""
    return f"Read as one of {known}."


def unknown_key(what: str) -> str:
    """A key that the specification does not have."""
    what = what[:1].lower() + what[1:]
    return f"The specification has no such key of {what}."


def renamed(name: str) -> str:
    """A name that a project does not take."""
    return f"It is called '{name}' in the project."


def foreign(vendor: str) -> str:
    """An extension of another vendor."""
    return f"Its extension of {vendor} is left out."


def axis_elsewhere(axis: str) -> str:
    """A time axis that stands in another dataset."""
    return f"Its metrics are asked along '{axis}': it has no field of time itself."


def first_axis(name: str, others: Sequence[str]) -> str:
    """The first of several fields of time."""
    rest = f"there is {listed(others)} besides"
    return f"Its metrics are asked along '{name}', the first of its fields of time; {rest}."


def taken_as_time() -> str:
    """A field of time that has no type."""
    return "It has no datatype and is taken as a timestamp, since it is a field of time."


def rows_of(model: str) -> str:
    """A count of rows that did not say whose."""
    return f"The rows that it counts are taken as those of '{model}'."


def belongs(name: str, model: str) -> str:
    """A field that stood without its dataset."""
    return f"'{name}' is taken as the field of '{model}'."


def no_field(path: str) -> str:
    """A column that no field names."""
    return f"'{path}' is no field, and taken as a column of the table."


def own_grains(models: Sequence[str]) -> str:
    """Aggregates over rows of several datasets."""
    own = f"Each aggregate runs over the rows of its own dataset, {listed(models)}"
    return f"{own}, and none counts a row twice."


def rows_without_key(model: str) -> str:
    """Rows that are counted beside those of another dataset, and have no key."""
    return f"It counts rows of '{model}' beside others, and '{model}' has no primary key to count them by."


def as_comment() -> str:
    """What is said of a whole model."""
    return "What it says of the whole model stands in a comment."


def carried(why: str) -> str:
    """What only an extension of ours says."""
    return f"It stands in an extension that other tools do not read: {why.rstrip('.')}."


def unsaid(why: str) -> str:
    """What a document does not say."""
    return f"{why[:1].upper()}{why[1:]}" + ("" if why.endswith(".") else ".")


def field_apart(name: str, why: str) -> str:
    """A dimension that is no field."""
    return f"Its dimension '{name}' is no field: {why}"


def fan_out(homes: Sequence[str]) -> str:
    """A metric that a reader gets wrong who joins first and aggregates then."""
    own = f"Its aggregates run over rows of {listed(homes)} each"
    return f"{own}: a tool that joins these first counts rows twice."


def frozen() -> str:
    """A value of a parameter that other tools cannot change."""
    return "Other tools see it with the defaults of its parameters."


def own_axis(axis: str) -> str:
    """A time of a metric's own."""
    return f"OSI does not say that it is asked along '{axis}'."


def lost_field(name: str) -> str:
    """What reads a field that could not be brought along."""
    return f"It reads the field '{name}', which was dropped."


def other_home(wanted: Sequence[str], found: Sequence[str]) -> str:
    """An aggregate that the compiler would run over other rows."""
    return (
        f"It would run over rows of {listed(found)}, and not of {listed(wanted)}: name it by several metrics."
    )


def spoilt(why: str) -> str:
    """A definition that an extension carries, and that does not fit any more."""
    return f"What our extension says of it does not fit any more, so its plain form is taken: {why}"


def reads_field(name: str) -> str:
    """A name that may be a field or a column of the table."""
    return f"'{name}' in it is the field of that name, not the column."


def edited() -> str:
    """A definition that an extension carries, and that the document does not say any more."""
    return "It was edited since it was exported: what only our extension says of it is left out."


def no_words(function: str) -> str:
    """A function that plain SQL has no one word for."""
    return f"plain SQL has no one word for {function}"


def unguarded() -> str:
    """A policy that no other tool keeps."""
    return "OSI has no policies, so other tools show what it hides"
