"""Worlds of a twin: copies of all it holds, each with settings and a clock of its own, over its control plane.

What is done in a copy nobody else sees. Only a twin has them; see docs/control-plane.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from contract_tests.ledger import Ledger
from contract_tests.plane import WORLDS, Plane, PlaneRefuses
from contract_tests.recognition import HEALTH, is_here, tells_twin
from contract_tests.targets import DEFAULT_WORLD, HttpTarget, Target

#: Names that are tried for a copy: that of a run which was killed may be taken.
TRIES = 50


class NoWorld(Exception):
    """The target gives no world, takes none back, or does not put it into a state; says why in one line."""


def name_of(tag: str, use: str = "") -> str:
    """What a world of a run is called: that it works in, or one for another ``use``."""
    return f"apitwin-{tag}-{use}" if use else f"apitwin-{tag}"


def is_of(tag: str, world: str) -> bool:
    """Whether a world carries the tag of a run."""
    name = name_of(tag)
    return world == name or world.startswith((f"{name}-", f"{name}."))


def make(plane: Plane, world: str, *, source: str, ledger: Ledger) -> None:
    """A copy of a world as of now, written down before it is made, so that it can be swept.

    Raises ``NoWorld``, ``targets.Unreachable``.
    """
    ledger.enter(world)
    try:
        plane.ask("POST", WORLDS, {"name": world, "from": source})
    except PlaneRefuses as error:
        ledger.leave(world)
        raise NoWorld(f"{plane.address} gives the run no world of its own: {error}") from error


def drop(plane: Plane, world: str, *, ledger: Ledger) -> bool:
    """Give a copy up; whether it was there. One that is kept stays in the ledger.

    Raises ``NoWorld``, ``targets.Unreachable``.
    """
    found = True
    try:
        plane.ask("DELETE", _at(world))
    except PlaneRefuses as error:
        if error.status != 404:
            raise NoWorld(f"{plane.address} keeps the world {world}: {error}") from error
        found = False
    ledger.leave(world)
    return found


class Worlds:
    """The copies of what is at one address, the world ``source``. ``target`` answers for each, chosen by the header.

    Calls raise ``NoWorld`` where the target refuses, and ``targets.Unreachable``.
    """

    def __init__(self, target: Target, api: str, *, plane: Plane, source: str) -> None:
        self.target, self.source, self._plane, self._api = target, source, plane, api

    def fork(self, name: str, source: str | None = None, *, ledger: Ledger) -> str:
        """A copy as of now, of another one where it is said; under this name, or one like it."""
        for world in (name, *(f"{name}.{number}" for number in range(2, TRIES + 1))):
            if world in ledger.worlds:
                continue
            try:
                make(self._plane, world, source=source or self.source, ledger=ledger)
            except NoWorld:
                if world not in self._ask("GET", WORLDS).get("worlds", ()):
                    raise
            else:
                return world
        raise NoWorld(f"{self._plane.address} has {TRIES} worlds that are called {name!r} or like it; drop some first")

    def put(self, world: str, settings: Mapping[str, Any]) -> None:
        """Give settings of the API other values."""
        self._ask("PUT", _at(world, "/settings"), {self._api: dict(settings)})

    def freeze(self, world: str) -> None:
        """Stop the clock where it stands."""
        self._ask("POST", _at(world, "/clock"), {"freeze": True})

    def wait(self, world: str, seconds: float) -> None:
        """Let time pass."""
        self._ask("POST", _at(world, "/clock"), {"advance": seconds})

    def now(self, world: str) -> str:
        """The time of a world, in ISO 8601."""
        return str(self._ask("GET", _at(world, "/clock")).get("now"))

    def drop(self, world: str, *, ledger: Ledger) -> None:
        """Give a copy up."""
        drop(self._plane, world, ledger=ledger)

    def close(self) -> None:
        """Leave the control plane."""
        if isinstance(self.target, HttpTarget):
            self.target.close()
        self._plane.close()

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            return self._plane.ask(method, path, body)
        except PlaneRefuses as error:
            raise NoWorld(f"the control plane answered {error.status}: {error}") from error


def _at(world: str, place: str = "") -> str:
    return f"{WORLDS}/{quote(world, safe='')}{place}"


def worlds_of(target: Target, api: str) -> Worlds:
    """The worlds of a target that is a twin; raises ``NoWorld`` for any other, and ``targets.Unreachable``."""
    here = not isinstance(target, HttpTarget) or is_here(target)
    plane = Plane(target)
    try:
        health = plane.send("GET", HEALTH) if here else None
        if health is not None and tells_twin(health, api):
            return _found(target, api, plane)
        if health is not None and health.status in (401, 403):
            raise NoWorld("the control plane of the twin is for others: it wants a token, which a run does not have")
        raise NoWorld("nobody but its owner puts it into another state: it is no twin on this machine")
    except BaseException:
        plane.close()
        raise


def _found(target: Target, api: str, plane: Plane) -> Worlds:
    if isinstance(target, HttpTarget):
        return Worlds(target.outside(), api, plane=plane, source=target.world)
    return Worlds(target, api, plane=plane, source=DEFAULT_WORLD)
