"""The parts of a project as parts of a document, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from semantic import faults
from semantic.bind import Definitions, Metrics, Questions, values
from semantic.catalog import Catalog, Model
from semantic.check import samples
from semantic.dialect import load
from semantic.faults import SemanticError
from semantic.interop.losses import Entry, Losses, Verdict
from semantic.interop.osi import reasons
from semantic.interop.osi.ansi import Unsaid
from semantic.interop.osi.fields import Fields, Untold, bare_word, is_word
from semantic.interop.osi.measures import Measures
from semantic.interop.osi.snippets import HEAD, snippets
from semantic.spec import types as spec
from semantic.spec.files import File


class Outgoing:
    """A project on its way into a document."""

    def __init__(
        self,
        catalog: Catalog,
        files: list[File],
        libraries: Mapping[str, list[File]],
        dialect: str | None,
        *,
        extensions: bool,
    ) -> None:
        self.catalog, self.extensions = catalog, extensions
        target = load(dialect).with_functions(catalog.functions_in(dialect)) if dialect is not None else None
        definitions = Definitions(catalog, values(catalog, samples(catalog)))
        metrics = Metrics(definitions)
        Questions(definitions, metrics)
        self.fields = Fields(catalog, definitions, target)
        self.edges = self.fields.edges
        self.measures = Measures(self.fields, metrics)
        self.texts = snippets(files)
        self.library = {key: name for name, each in libraries.items() for key in snippets(each)}
        self.entries: list[Entry] = []
        self.apart: dict[str, list[str]] = {}

    # --- the document ---------------------------------------------------------------------------

    def document(self) -> tuple[dict[str, Any], Losses]:
        """The document without a version and without extensions."""
        models = [model for model in self.catalog.models.values() if self._started(model)]
        if not models:
            raise SemanticError([faults.nothing_to_export(str(self.catalog.spec.name))])
        relationships = list(self._relationships())
        for model in models:
            self._note("dataset", model.spec, self.fields.fill(model))
        metrics = [tree for each in self.catalog.metrics.values() for tree in self._measured(each)]
        datasets = self.fields.complete()
        self._others()
        document: dict[str, Any] = {"name": str(self.catalog.spec.name), "datasets": datasets}
        document |= {"relationships": relationships} if relationships else {}
        return document | ({"metrics": metrics} if metrics else {}), Losses(tuple(self.entries))

    def _started(self, model: Model) -> bool:
        """Whether a model is a dataset; else that is noted."""
        try:
            self.fields.start(model)
        except Untold as why:
            self._carried("dataset", model.name, str(model.spec.name.span or ""), str(why))
        return model.name in self.fields.datasets

    def _measured(self, metric: spec.Metric) -> Iterator[dict[str, Any]]:
        """A metric, or none where OSI has no words for it, which is noted."""
        try:
            tree, notes = self.measures.metric(metric)
        except (Untold, Unsaid, SemanticError) as why:
            told = reasons.told(why.faults) if isinstance(why, SemanticError) else str(why)
            self._carried("metric", str(metric.name), str(metric.name.span or ""), told)
            return
        self._note("metric", metric, notes)
        yield tree

    def _note(self, kind: str, part: spec.Model | spec.Metric, notes: list[str]) -> None:
        verdict: Verdict = "changed" if notes else "kept"
        where = str(part.name.span or "")
        self.entries.append(Entry(verdict, kind, str(part.name), where, " ".join(dict.fromkeys(notes))))

    def own(self, kind: str, name: str) -> dict[str, Any] | None:
        """What a part carries besides: its definition, or the library that it comes from."""
        if kind == "relationships":
            model, role = next(edge for edge, each in self.edges.items() if each == name)
            return {"joined": model, "as": role}
        key = ("models" if kind == "datasets" else kind, name)
        if key in self.texts and self._has_source(key):
            joins = sum(1 for model, _ in self.edges if model == name)
            return {"definition": self.texts[key], **({"joins": joins} if kind == "datasets" else {})}
        return {"library": self.library[key]} if key in self.library else None

    def _has_source(self, key: tuple[str, str]) -> bool:
        """Whether the source of a model comes along, if it has one."""
        source = self.catalog.models[key[1]].spec.source if key[0] == "models" else None
        return source is None or ("sources", str(source)) in (self.texts.keys() | self.library.keys())

    def whole(self) -> dict[str, Any]:
        """What the document as a whole carries: what belongs to no part of it."""
        head = {key: self.texts[key, ""] for key in HEAD if (key, "") in self.texts}
        apart = dict(self.apart)
        for kind in ("sources", "parameters", "functions", "macros", "views", "policies"):
            if found := [text for (each, _), text in self.texts.items() if each == kind]:
                apart[kind] = found
        return {"project": head, **apart}

    def _carried(self, kind: str, name: str, where: str, why: str) -> None:
        """Note what stands in no plain part: an extension carries it, if there are any."""
        key = ("models" if kind == "dataset" else f"{kind}s", name)
        known = key in self.texts or key in self.library
        if key in self.texts and kind in ("dataset", "metric"):
            self.apart.setdefault(key[0], []).append(self.texts[key])
        carried = self.extensions and known
        reason = reasons.carried(why) if carried else reasons.unsaid(why)
        self.entries.append(Entry("changed" if carried else "dropped", kind, name, where, reason))

    # --- relationships --------------------------------------------------------------------------

    def _relationships(self) -> Iterator[dict[str, Any]]:
        used: set[str] = set()
        for model in self.catalog.models.values():
            for join in model.spec.joins if model.name in self.fields.datasets else ():
                why = self._unjoined(join)
                role = str(join.role)
                where = str(join.to.span or "")
                if why:
                    self._carried("relationship", f"{model.name}.{role}", where, why)
                    continue
                name = f"{model.name}_to_{role}" if role == join.to or role in used else role
                used.add(name)
                self.edges[model.name, role] = name
                self.entries.append(Entry("kept", "relationship", name, where))
                here, there = ([bare_word(str(pair[side])) for pair in join.on] for side in (0, 1))
                yield {"name": name, "from": model.name, "to": str(join.to),
                       "from_columns": here, "to_columns": there}  # fmt: skip

    def _unjoined(self, join: spec.Join) -> str:
        """Why a join is no relationship, if that is so."""
        if join.to not in self.fields.datasets:
            return f"'{join.to}' is no dataset"
        if join.valid is not None:
            return "OSI has no joins to the row that is valid at a time"
        return "" if all(is_word(part) for pair in join.on for part in pair) else "it joins on expressions"

    # --- all else -------------------------------------------------------------------------------

    def _others(self) -> None:
        """What OSI has no parts for."""
        project = self.catalog.spec
        groups: tuple[tuple[str, Any], ...] = (
            ("parameter", project.parameters), ("function", project.functions), ("macro", project.macros),
            ("view", project.views), ("policy", project.policies),
        )  # fmt: skip
        for kind, parts in groups:
            for part in parts:
                self._other(kind, part)

    def _other(self, kind: str, part: Any) -> None:
        plural = "policies" if kind == "policy" else f"{kind}s"
        key = (plural, str(part.name))
        carried = self.extensions and (key in self.texts or key in self.library)
        why = reasons.unguarded() if kind == "policy" else f"OSI has no {plural}"
        reason = reasons.carried(why) if carried else reasons.unsaid(why)
        verdict: Verdict = "changed" if carried else "dropped"
        self.entries.append(Entry(verdict, kind, str(part.name), str(part.name.span or ""), reason))
