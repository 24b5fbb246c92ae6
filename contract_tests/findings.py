"""What was found: one finding per rule, operation and cause, however often it was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.evidence import Evidence, Severity, severity
from contract_tests.exchange import Exchange

#: Does on a stage what was done when something was found; findings it makes are noted in the stage's session.
Again = Callable[[Any], None]


@dataclass(frozen=True)
class Complaint:
    """What a rule has against an exchange. ``cause`` tells complaints of one rule apart, e.g. a JSON pointer.

    ``evidence`` says how the broken part of the promise is known, where that is less certain than the rule itself.
    ``steps`` are the exchanges that led there, oldest first.
    """

    message: str
    received: str = ""
    promised: str = ""
    cause: str = ""
    evidence: Evidence = Evidence.DOCUMENTED
    exchange: Exchange | None = None
    steps: tuple[Exchange, ...] = ()


@dataclass
class Finding:
    """A broken rule at an operation.

    ``label`` says whether it was seen once more: ``steady``, ``order-dependent``, ``flaky``, or ``not repeated``.
    ``again`` does on another stage what led to it.
    """

    rule: str
    family: str
    operation: str
    tag: str
    complaint: Complaint
    severity: Severity
    evidence: Evidence
    exchange: Exchange
    source: str = ""
    count: int = 1
    steps: tuple[Exchange, ...] = ()
    label: str = "steady"
    waived: str = ""
    again: Again | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.rule, self.operation, self.complaint.cause)


@dataclass
class Findings:
    """All findings of a run, de-duplicated. ``strict`` is the lowest evidence that fails the run.

    ``found`` is told of each finding when it is first seen.
    """

    strict: Evidence = Evidence.DOCUMENTED
    by_key: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    found: Callable[[Finding], None] = lambda finding: None

    def add(self, finding: Finding) -> None:
        known = self.by_key.get(finding.key)
        if known is None:
            self.by_key[finding.key] = finding
            self.found(finding)
        else:
            known.count += 1

    def weigh(self, evidence: Evidence) -> Severity:
        return severity(evidence, self.strict)

    def __iter__(self) -> Iterator[Finding]:
        """Gravest first, then by rule and operation."""
        rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
        return iter(sorted(self.by_key.values(), key=lambda one: (rank[one.severity], one.rule, one.operation)))

    def __len__(self) -> int:
        return len(self.by_key)

    def errors(self) -> list[Finding]:
        return [one for one in self if one.severity is Severity.ERROR and not one.waived]
