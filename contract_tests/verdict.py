"""The outcome of a run: findings, coverage, what was not judged, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field

from contract_tests.baseline import Waivers
from contract_tests.coverage import Coverage
from contract_tests.evidence import Severity
from contract_tests.findings import Finding, Findings
from contract_tests.promise import Promise
from contract_tests.rules.registry import Rule
from contract_tests.sharding import WHOLE, Shard
from contract_tests.thresholds import Threshold, fallen_short

CONFORMS, VIOLATIONS, COULD_NOT_RUN = 0, 1, 2

#: What is demanded of a run as a whole, beside the findings.
GATES = (
    "the run came to its end",
    "every operation was reached",
    "nothing was left behind",
    "nothing foreign was touched",
    "the run kept its thresholds",
    "no waiver has expired",
)


@dataclass(frozen=True)
class Unjudged:
    """A rule that could not be judged on something, and why: never counted as passed."""

    rule: str
    subject: str
    why: str


@dataclass(frozen=True)
class Gate:
    """A demand on a run as a whole; ``broken`` has one line for each breach."""

    name: str
    broken: tuple[str, ...] = ()


@dataclass
class Verdict:
    """Everything a report needs. ``judged`` counts, per rule, on how many subjects it was judged."""

    promise: Promise
    address: str
    mode: str
    seed: int
    tag: str
    rules: dict[str, Rule]
    findings: Findings
    coverage: Coverage
    judged: dict[str, int] = field(default_factory=dict)
    unjudged: list[Unjudged] = field(default_factory=list)
    requests: int = 0
    refused: int = 0
    seconds: float = 0.0
    engines: dict[str, int] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)
    foreign: int = 0
    stopped: str = ""
    thresholds: tuple[Threshold, ...] = ()
    shard: Shard = WHOLE
    waivers: Waivers = field(default_factory=Waivers)

    def count(self, severity: Severity) -> int:
        return sum(1 for one in self.findings if one.severity is severity and not one.waived)

    @property
    def exit_code(self) -> int:
        broken = self.findings.errors() or any(gate.broken for gate in self.gates)
        return VIOLATIONS if broken else CONFORMS

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The demands on the run as a whole, and what breaks them. A shard answers for its own operations."""
        foreign = [f"{self.foreign} objects that are not of this run were touched"] if self.foreign else []
        stopped = [self.stopped] if self.stopped else []
        mine = self.shard.own(self.promise.operations)
        missing = [one for one in self.coverage.missing(self.promise) if one in mine]
        short = fallen_short(self.thresholds, self.coverage.shares(self.promise))
        broken = (stopped, missing, self.leftovers, foreign, short, self.waivers.expired)
        return tuple(map(Gate, GATES, map(tuple, broken)))

    def of_operation(self, operation: str) -> list[Finding]:
        return [one for one in self.findings if one.operation == operation]
