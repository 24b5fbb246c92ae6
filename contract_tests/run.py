"""One run of the judge from beginning to end: look before writing, walk, fuzz, clear up, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract_tests.credentials import Credentials
from contract_tests.evidence import Evidence
from contract_tests.promise import Promise
from contract_tests.targets import Target
from contract_tests.verdict import Verdict


class CouldNotRun(Exception):
    """The run has judged nothing: the target does not answer, or refuses the credential. One clear line."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``done`` of ``total`` steps of the engine named, and what it is at."""

    engine: str
    done: int
    total: int
    at: str
    requests: int
    findings: int


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to judge and how. ``seconds`` bounds generating cases, ``ledger`` is the file that lists what the run made."""

    promise: Promise
    target: Target
    credentials: Credentials
    seed: int = 0
    seconds: float = 60.0
    examples: int = 8
    ledger: Path | None = None
    strict: Evidence = Evidence.DOCUMENTED
    progress: Callable[[Progress], None] = lambda progress: None


def run(wish: Wish) -> Verdict:
    """Judge a target; raises ``CouldNotRun``."""
    raise NotImplementedError
