"""The only source of time and identity in a world: seedable, can be frozen and moved.

Both live in the world's store, so that a fork, a snapshot or a rolled-back transaction takes them along and a failing
example replays byte for byte.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from mockserver.kernel.store.protocol import Kind, Transaction

#: The moments a world's clock may show. Long lives of tokens stay within the years that Python knows.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


class ClockError(ValueError):
    """A clock that would show a moment outside the allowed ones."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """How a world's time relates to real time: ``frozen`` seconds since 1970, or real time plus ``offset`` seconds."""

    id: str = "clock"
    offset: float = 0.0
    frozen: float | None = None


@dataclass(frozen=True, slots=True)
class SeedState:
    """The number every identity of a world is drawn from."""

    id: str = "seed"
    number: int = 0


#: The clock of a world in which nobody set it.
REAL_TIME = ClockState()

CLOCK: Kind[ClockState] = Kind("clock", ClockState)
SEED: Kind[SeedState] = Kind("seed", SeedState)


class Clock:
    """A world's time, read within one transaction. What moves it raises ``ClockError`` when that is too far."""

    def __init__(self, *, store: Transaction) -> None:
        self._store = store

    def state(self) -> ClockState:
        """The clock as stored; real time when nothing is stored."""
        return self._store.get(CLOCK, "clock") or REAL_TIME

    def timestamp(self) -> float:
        """Seconds since 1970 in this world."""
        state = self.state()
        return state.frozen if state.frozen is not None else time.time() + state.offset

    def now(self) -> datetime:
        """This world's time, UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def freeze(self, moment: datetime | None = None) -> None:
        """Stop at a moment, or at the present one."""
        self._save(replace(self.state(), frozen=moment.timestamp() if moment else self.timestamp()))

    def thaw(self) -> None:
        """Run on from where the clock stands."""
        state = self.state()
        if state.frozen is not None:
            self._save(ClockState(offset=state.frozen - time.time()))

    def advance(self, step: timedelta) -> None:
        """Move forward, or back with a negative step, frozen or not."""
        state, seconds = self.state(), step.total_seconds()
        if state.frozen is not None:
            self._save(replace(state, frozen=state.frozen + seconds))
        else:
            self._save(replace(state, offset=state.offset + seconds))

    def _save(self, state: ClockState) -> None:
        shown = state.frozen if state.frozen is not None else time.time() + state.offset
        if not EARLIEST.timestamp() <= shown <= LATEST.timestamp():
            raise ClockError(f"a world's clock shows {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}, nothing before or after")
        put = self._store.replace if self._store.get(CLOCK, "clock") else self._store.insert
        put(CLOCK, state)


class Ids:
    """A world's identities: the n-th one depends only on the world's seed number and on n."""

    def __init__(self, *, store: Transaction) -> None:
        self._store = store

    def guid(self) -> str:
        """A version 4 UUID, lower case."""
        return str(UUID(bytes=self._bytes("guid"), version=4))

    def token(self) -> str:
        """32 hexadecimal digits, for credentials and codes."""
        return self._bytes("token").hex()

    def number(self, sequence: str) -> int:
        """The next number of a named sequence, from 1; never reused."""
        return self._store.next_number(sequence)

    def seed(self) -> int:
        """The number every identity is drawn from."""
        return (self._store.get(SEED, "seed") or SeedState()).number

    def _bytes(self, sequence: str) -> bytes:
        drawn = f"{sequence}:{self.seed()}:{self._store.next_number(sequence)}"
        return blake2b(drawn.encode(), digest_size=16).digest()
