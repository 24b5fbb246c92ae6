"""Names and moments in seeds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from mockserver.apis.copernica.service.numbers import stamp
from mockserver.apis.copernica.service.values import moment as moment_in
from mockserver.kernel.clock import Clock, ClockState
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.store.protocol import Transaction
from mockserver.kernel.work import Work

Thing = TypeVar("Thing")


def named(at: str, what: str, name: str, known: Mapping[str, Thing]) -> Thing:
    """The thing with a name; raises ``SeedError`` with the nearest one."""
    if name not in known:
        raise SeedError(at, f"no {what} {name!r}{nearest(name, known)}")
    return known[name]


def seconds(at: str, text: str) -> float:
    """Seconds since 1970 at a moment as clients see it; raises ``SeedError`` for one that never was."""
    found = moment_in(text)
    if found is None:
        raise SeedError(at, f"{text!r} is no moment like 2026-01-31 12:00:00")
    return datetime.fromisoformat(found).replace(tzinfo=UTC).timestamp()


def past(work: Work, at: str, text: str, *, after: str = "", which: str = "it was made or last changed") -> str:
    """A moment as clients see it; raises ``SeedError`` for one that never was or is later than the world's clock, and
    for one before ``after``, when what ``which`` says happened."""
    if seconds(at, text) > work.clock.timestamp():
        raise SeedError(at, f"{text!r} is later than the clock of the world, {stamp(work)}")
    if text < after:
        raise SeedError(at, f"{text!r} is before {which}, {after}")
    return text


def at_moment(work: Work, at: str, text: str | None, *, after: str = "") -> Work:
    """The same work at another moment, if there is one: what was made in the past was made then. Raises as `past`."""
    if text is None:
        return work
    moment = seconds(at, past(work, at, text, after=after))
    return work._replace(clock=_Past(store=work.store, moment=moment))


class _Past(Clock):
    """A clock that shows one moment."""

    def __init__(self, *, store: Transaction, moment: float) -> None:
        super().__init__(store=store)
        self._moment = moment

    def state(self) -> ClockState:
        """The moment."""
        return ClockState(frozen=self._moment)
