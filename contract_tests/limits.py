"""How far, how fast and how long a run may go, as it was asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from contract_tests.budget import Budget, rate_of
from contract_tests.modes import Mode
from contract_tests.run import CouldNotRun
from contract_tests.sharding import Shard

#: Seconds that generating cases may take.
FUZZ_TIME = 60.0
#: What tells one run of a pipeline from another, and is the same for all its jobs.
PIPELINES = ("GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "CI_PIPELINE_ID", "BUILD_TAG")
#: Made-up seeds are below.
SEEDS = 10**9


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of what is sent: ``rate`` as it was typed, requests and seconds in all."""

    rate: str | None = None
    max_requests: int | None = None
    max_time: float | None = None

    def budget(self) -> Budget:
        """A budget that begins now; raises ``CouldNotRun`` for a rate that cannot be read."""
        try:
            rate = None if self.rate is None else rate_of(self.rate)
        except ValueError as error:
            raise CouldNotRun(f"--rate {error}") from error
        return Budget(requests=self.max_requests, seconds=self.max_time, rate=rate)


def mode_of(text: str | None) -> Mode | None:
    """The mode of that name; raises ``CouldNotRun``."""
    try:
        return None if text is None else Mode(text)
    except ValueError:
        raise CouldNotRun(f"--mode {text!r} is unknown; known: {', '.join(Mode)}") from None


def seed_of(given: int | None, shard: Shard, environment: Mapping[str, str]) -> int:
    """The seed that was asked for, else one that no other run has, so that two at once have names of their own.

    The parts of one run need the same: they take it from the pipeline they run in, else 0.
    """
    if given is not None:
        return given
    if shard.whole:
        return secrets.randbelow(SEEDS)
    pipeline = " ".join(environment[name] for name in PIPELINES if environment.get(name))
    return int.from_bytes(blake2b(pipeline.encode(), digest_size=4).digest()) % SEEDS if pipeline else 0
