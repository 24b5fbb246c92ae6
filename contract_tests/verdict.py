"""The outcome of a run: findings, coverage, what was not judged, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field

from contract_tests.baseline import Waivers
from contract_tests.breakdown import Breakdown
from contract_tests.coverage import Coverage
from contract_tests.evidence import Severity
from contract_tests.findings import Findings
from contract_tests.modes import Mode
from contract_tests.promise import Promise
from contract_tests.rules.registry import Rule
from contract_tests.sharding import WHOLE, Shard
from contract_tests.thresholds import Threshold, fallen_short

CONFORMS, VIOLATIONS, COULD_NOT_RUN = 0, 1, 2

#: What is demanded of a run as a whole, beside the findings.
GATES = (
    ENDED := "the run came to its end",
    SOUND := "no rule broke down",
    REACHED := "every operation was reached",
    CLEARED := "nothing was left behind",
    OWN := "nothing foreign was touched",
    COVERED := "the run kept its thresholds",
    IN_DATE := "no waiver has expired",
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
    """Everything a report needs. ``judged`` counts, per rule, on how many subjects it was judged.

    ``leftovers`` are things of the run that are still there, ``staying`` those that nothing deletes, ``touched`` things
    of others that it has changed. ``breakdowns`` are of rules that could not cope with what they met.
    ``stopped`` says what ended it too early, ``spent`` which part of its budget was used up, as it was asked for.
    """

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
    staying: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    breakdowns: list[Breakdown] = field(default_factory=list)
    stopped: str = ""
    spent: str = ""
    thresholds: tuple[Threshold, ...] = ()
    shard: Shard = WHOLE
    waivers: Waivers = field(default_factory=Waivers)

    def count(self, severity: Severity) -> int:
        return sum(1 for one in self.findings if one.severity is severity and not one.waived)

    @property
    def whole(self) -> bool:
        """Whether all was judged that was to be: then what is not found is mended."""
        return not (self.stopped or self.spent or self.breakdowns)

    @property
    def exit_code(self) -> int:
        broken = self.findings.errors() or any(gate.broken for gate in self.gates)
        return VIOLATIONS if broken else CONFORMS

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The demands on the run as a whole, and what breaks them. A part of a run need not reach everything."""
        broken = {
            ENDED: [self.stopped] if self.stopped else [],
            SOUND: [one.line for one in self.breakdowns],
            REACHED: missing(self.promise, self.coverage, self.mode) if self.shard.whole else [],
            CLEARED: self.leftovers,
            OWN: self.touched,
            COVERED: fallen_short(self.thresholds, self.coverage.shares(self.promise)),
            IN_DATE: self.waivers.expired,
        }
        return tuple(Gate(name, tuple(broken[name])) for name in GATES)


def missing(promise: Promise, coverage: Coverage, mode: str) -> list[str]:
    """Operations that should have succeeded; a read-only run takes what there is, and says what it did not find."""
    return coverage.missing(promise) if mode != Mode.READ_ONLY else []
