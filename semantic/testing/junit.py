"""Outcomes as JUnit's XML, which build servers read."""

from __future__ import annotations

import re
from xml.etree import ElementTree as xml

from semantic.terminal.style import Painter
from semantic.testing.outcome import Outcome, Results
from semantic.testing.shown import outcome_lines

#: Characters that no XML can hold.
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Results, name: str) -> bytes:
    """The document: a test case for each test, with its time, and what differs where it failed."""
    counts = {
        "tests": str(len(results)),
        "failures": str(results.count("failed")),
        "errors": str(results.count("fault")),
        "time": f"{results.seconds:.6f}",
    }
    root = xml.Element("testsuites", counts)
    suite = xml.SubElement(root, "testsuite", {"name": _text(name), **counts, "skipped": "0"})
    for outcome in results.outcomes:
        suite.append(_case(outcome))
    xml.indent(root)
    document: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(outcome: Outcome) -> xml.Element:
    span = outcome.span
    case = xml.Element(
        "testcase",
        {
            "classname": _text(span.file),
            "name": _text(outcome.name),
            "time": f"{outcome.seconds:.6f}",
            "file": _text(span.file),
            "line": str(span.line),
        },
    )
    if outcome.passed:
        return case
    kind = "failure" if outcome.status == "failed" else "error"
    told = xml.SubElement(case, kind, {"message": _text(_message(outcome)), "type": outcome.status})
    told.text = _text("\n".join(outcome_lines(outcome, Painter(False), sql=True)))
    return case


def _message(outcome: Outcome) -> str:
    if outcome.faults:
        return "; ".join(map(str, outcome.faults))
    return f"{outcome.span}: the answer is not as expected"


def _text(text: str) -> str:
    return _NEVER.sub("�", text)
