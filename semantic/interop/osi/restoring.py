"""What a document carries of the project that it was exported from, as files of a project again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import indent
from typing import Any

from semantic.interop.osi.document import Dataset, Part, SemanticModel
from semantic.interop.osi.naming import Names
from semantic.interop.osi.own import checked, definition, digest
from semantic.interop.osi.snippets import HEAD, LISTS


class Carried:
    """The definitions that the extensions of one semantic model hold."""

    def __init__(self, model: SemanticModel, names: Names) -> None:
        self.model, self.names = model, names
        self.spoilt: set[str] = set()
        self.whole: Mapping[str, Any] = model.own or {}
        found = self.whole.get("project")
        self.project: Mapping[str, str] = found if isinstance(found, dict) else {}

    @property
    def dialect(self) -> str | None:
        """The dialect that the definitions are written in; ``None`` where there are none."""
        return self.project.get("authoring_dialect", "duckdb").strip("\"' ") if self.project else None

    def head(self) -> Iterator[str]:
        """The lines of the first file but its name."""
        for key in HEAD[1:]:
            text = self.project.get(key)
            if text is not None:
                checked(text)
                yield f"{key}:\n{indent(text, '  ')}\n" if _is_block(text) else f"{key}: {text}\n"

    def lists(self) -> Iterator[tuple[str, list[str]]]:
        """Lists of definitions that are no parts of a document, each with its texts."""
        for key in LISTS:
            texts = self.whole.get(key)
            if isinstance(texts, list) and texts:
                yield key, [checked(text) for text in texts]

    def of_library(self, part: Part) -> bool:
        """Whether a library defines a part, which the project then builds on."""
        return part.own is not None and "library" in part.own and "libraries" in self.project

    def spoil(self, name: str) -> bool:
        """Take a model from its plain form from now on; whether it came out of a definition until now."""
        datasets = [each for each in self.model.datasets if self.names.dataset(each.name) == name]
        found = any(self.dataset(each) is not None for each in datasets)
        self.spoilt.add(name)
        return found

    def dataset(self, dataset: Dataset) -> str | None:
        """The definition of a dataset, if neither it nor what leads on from it was edited."""
        text = definition(dataset, "definition")
        if text is None or dataset.own is None or self.names.dataset(dataset.name) in self.spoilt:
            return None
        own = dataset.name.lower()
        joined = [each for each in self.model.relationships if each.start.lower() == own]
        untouched = all(each.own and each.own.get("of") == digest(each) for each in joined)
        return text if untouched and dataset.own.get("joins") == len(joined) else None


def _is_block(text: str) -> bool:
    """Whether a value stands below its key."""
    return not text.lstrip().startswith(("{", "[")) and (
        "\n" in text or ": " in text or text.startswith("- ")
    )
