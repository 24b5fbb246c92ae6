"""Spans of time that conditions ask for: their ends, and offsets from now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Fault, Plant, fault, patched
from mockserver.apis.copernica.service import spans
from mockserver.apis.copernica.service.evaluation import dates


def _fault(name: str, title: str, rules: str, plant: Plant) -> Fault:
    return fault(name, title, rules, plant, evidence=Evidence.ASSUMED)


def _open(_: Any) -> Any:
    return lambda self, moment: self.earliest < moment and (moment < self.latest or not self.latest)


def _zero_counts(_: Any) -> Any:
    """The zero date is a moment before all others."""
    return lambda field: lambda text: f"{text} 00:00:00" if len(text) == 10 else text or None


FAULTS = (
    _fault(
        "spans-without-ends", "the ends of a span are not in it", "story", patched(spans.Span, "__contains__", _open)
    ),
    _fault("zero-dates-count", "Date: the zero date is before", "story", patched(dates, "_moment_of", _zero_counts)),
    _fault(
        "weeks-of-five-days",
        "an offset of a week is one of five days",
        "state-story",
        patched(spans, "_SECONDS", lambda good: {**good, "week": 432_000}),
    ),
    _fault(
        "months-of-thirty-days",
        "an offset of a month is one of thirty days",
        "state-story",
        patched(spans, "_months_on", lambda _: lambda now, count: now + timedelta(days=30 * count)),
    ),
    _fault(
        "floors-ignored",
        "an offset does not go down to a whole unit",
        "state-story",
        patched(spans, "_floored", lambda _: lambda moment, floor: moment),
    ),
)
