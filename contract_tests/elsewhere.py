"""What needs the target in another state is judged elsewhere: in copies of it, which nobody else sees.

A run drops its copies when it is over; what a killed one has left, the ledger knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.blocked import Blocked
from contract_tests.exchange import MISSING, Exchange
from contract_tests.guard import Guard
from contract_tests.ledger import Ledger
from contract_tests.modes import Mode
from contract_tests.promise import Operation
from contract_tests.session import Session
from contract_tests.stage import Stage
from contract_tests.states import usual_of
from contract_tests.targets import WORLD_HEADER, Target, Unreachable
from contract_tests.worlds import NoWorld, Worlds, name_of, worlds_of

#: Bytes of an answer that is looked at again in each state; a longer one, such as a list of thousands, takes too long.
LOOKED_AT = 256 * 1024

#: Makes a stage over a session.
Staging = Callable[[Session], Stage]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A copy of the target, and a stage in it. Its clock stands still."""

    stage: Stage
    world: str
    worlds: Worlds

    def put(self, settings: Mapping[str, Any]) -> None:
        """Put the copy into another state; raises ``Blocked`` where it has no such settings."""
        with _blocking():
            self.worlds.put(self.world, settings)

    def wait(self, seconds: float) -> None:
        """Let time pass there."""
        with _blocking():
            self.worlds.wait(self.world, seconds)

    def now(self) -> str:
        """The time there, in ISO 8601."""
        with _blocking():
            return self.worlds.now(self.world)


@dataclass(frozen=True, kw_only=True)
class Usual:
    """A copy in its usual state: arguments with which operations succeed there, and what reads of it show."""

    place: Place
    values: Mapping[Operation, Mapping[str, str]]
    shown: Mapping[Operation, Any]


class Elsewhere:
    """The copies of a run, which its ``ledger`` knows. They are made when they are first needed.

    ``why_not`` says why the run may make none.
    """

    def __init__(self, target: Target, *, ledger: Ledger, staging: Staging, why_not: str = "") -> None:
        self._target, self._ledger, self._staging, self._why_not = target, ledger, staging, why_not
        self._worlds: Worlds | None = None
        self._made: list[str] = []
        self._usual: Usual | None = None

    @contextmanager
    def copy(self, stage: Stage) -> Iterator[Place]:
        """A copy of the target in its usual state, while something is judged; raises ``Blocked``."""
        place = self._opened(stage, Ledger(None, tag=self._ledger.tag, api=stage.promise.name))
        try:
            _settle(place)
            yield place
        finally:
            self._drop(place.world)

    @contextmanager
    def usual(self, stage: Stage) -> Iterator[tuple[Usual, Place]]:
        """What is usual, and a copy of the copy in which that was found; raises ``Blocked``."""
        usual = self._usual or self._settled(stage)
        place = self._opened(stage, usual.place.stage.session.ledger, source=usual.place.world)
        try:
            yield usual, place
        finally:
            self._drop(place.world)

    def close(self) -> None:
        """Drop every copy; one that the target keeps, or does not answer for any more, stays in the ledger."""
        try:
            with suppress(Unreachable):
                for world in list(self._made):
                    self._drop(world)
        finally:
            if self._worlds is not None:
                self._worlds.close()

    def _settled(self, stage: Stage) -> Usual:
        """What is usual; where that cannot be had, nothing is judged elsewhere."""
        place = self._opened(stage, Ledger(None, tag=self._ledger.tag, api=stage.promise.name))
        try:
            _settle(place)
            self._usual = _usual(place)
        except Blocked as error:
            self._why_not = str(error)
            raise
        finally:
            if self._usual is None:
                self._drop(place.world)
        return self._usual

    def _opened(self, stage: Stage, ledger: Ledger, *, source: str | None = None) -> Place:
        if self._why_not:
            raise Blocked(self._why_not)
        worlds = self._worlds or self._found(stage.promise.name)
        with _blocking():
            world = worlds.fork(name_of(self._ledger.tag, "elsewhere"), source, ledger=self._ledger)
        self._made.append(world)
        there = self._staging(_session(stage, worlds, world, ledger))
        there.arguments.carry_on(stage.arguments)
        return Place(stage=there, world=world, worlds=worlds)

    def _found(self, api: str) -> Worlds:
        """The worlds of the target, which is asked once whether it has any; raises ``Blocked``."""
        try:
            self._worlds = worlds_of(self._target, api)
        except NoWorld as error:
            self._why_not = str(error)
            raise Blocked(self._why_not) from error
        return self._worlds

    def _drop(self, world: str) -> None:
        if self._worlds is None or world not in self._made:
            return
        with suppress(NoWorld):
            self._worlds.drop(world, ledger=self._ledger)
            self._made.remove(world)


def _settle(place: Place) -> None:
    """Bring a fresh copy into its usual state; raises ``Blocked`` where the credential is of no use then."""
    with _blocking():
        place.worlds.freeze(place.world)
    place.put(usual_of(place.stage.promise))
    promise, reads = place.stage.promise, (one for one in place.stage.promise.operations.values() if one.safe)
    plain = next((one for one in reads if one.secured and not any(each.required for each in one.parameters)), None)
    if plain is None:
        return
    if place.stage.bare(plain, {}, None).response.status == promise.status_of("unauthenticated"):
        raise Blocked("the credential is not accepted where credentials are checked")


def _usual(place: Place) -> Usual:
    """Arguments that are good in a copy, and what its reads show."""
    values: dict[Operation, Mapping[str, str]] = {}
    for operation in place.stage.promise.operations.values():
        with suppress(Blocked):
            values[operation] = place.stage.happy(operation)
    shown = {one: payload for one in values if (payload := reading(place.stage, one, values[one])) is not MISSING}
    return Usual(place=place, values=values, shown=shown)


def elsewhere_of(stage: Stage) -> Elsewhere:
    """The copies of the target of a stage; raises ``Blocked`` where none are made."""
    if stage.session.elsewhere is None:
        raise Blocked("the target is put into no other state here")
    return stage.session.elsewhere


def reading(stage: Stage, operation: Operation, values: Mapping[str, str]) -> Any:
    """What a read shows; ``MISSING`` where it is none, or shows nothing, or too much."""
    if not operation.safe:
        return MISSING
    exchange = stage.call(operation, values, None, credential="valid" if operation.secured else None)
    short = len(exchange.response.body) <= LOOKED_AT
    return stage.payload(exchange) if exchange.succeeded and short else MISSING


def _session(stage: Stage, worlds: Worlds, world: str, ledger: Ledger) -> Session:
    """The session of a stage, in a copy of its target: all is the run's own there."""
    session = stage.session

    def seen(exchange: Exchange) -> None:
        session.exchanges, session.last = exchange.number, exchange
        session.seen(exchange)

    ledger.telling, ledger.hidden = session.ledger.telling, session.ledger.hidden
    guard = Guard(promise=stage.promise, resources=stage.resources.values(), ledger=ledger, mode=Mode.FULL)
    headers = (*session.headers, (WORLD_HEADER, world))
    return replace(session, target=worlds.target, ledger=ledger, guard=guard, headers=headers, seen=seen, borrowed=[])


@contextmanager
def _blocking() -> Iterator[None]:
    """Where a target cannot be copied or switched, nothing can be judged."""
    try:
        yield
    except NoWorld as error:
        raise Blocked(str(error)) from error
