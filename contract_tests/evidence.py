"""How a promise is known, and how heavy a break of it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any


class Evidence(IntEnum):
    """``DOCUMENTED``: a source states it; ``CLIENT``: a published client relies on it; ``ASSUMED``: our decision."""

    ASSUMED = 1
    CLIENT = 2
    DOCUMENTED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Severity(StrEnum):
    """What a broken promise does to a run: only errors fail it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class UnknownEvidence(ValueError):
    """An evidence level that is none of the three."""


def level(word: str) -> Evidence:
    """The level named by a word of the promise; raises ``UnknownEvidence``."""
    try:
        return Evidence[word.upper()]
    except KeyError:
        raise UnknownEvidence(f"evidence {word!r}; allowed: documented, client, assumed") from None


def level_of(part: Mapping[str, Any] | None, default: Evidence) -> Evidence:
    """The level a part of the promise carries in ``x-evidence`` (or ``evidence``), in either of its two shapes."""
    mark = (part or {}).get("x-evidence", (part or {}).get("evidence"))
    if mark is None:
        return default
    return level(mark if isinstance(mark, str) else mark["level"])


def severity(evidence: Evidence, strict: Evidence = Evidence.DOCUMENTED) -> Severity:
    """Severity of a break. ``strict`` is the lowest level that still fails a run."""
    if evidence >= strict:
        return Severity.ERROR
    return Severity.WARNING if evidence is Evidence.CLIENT else Severity.NOTE
