"""Worlds of a twin: copies of all it holds, each with settings and a clock of its own, over its control plane.

What is done in a copy nobody else sees. Only a twin has them; see docs/control-plane.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from contract_tests.plane import WORLDS, Plane, PlaneRefuses
from contract_tests.recognition import HEALTH, is_here, tells_twin
from contract_tests.targets import DEFAULT_WORLD, HttpTarget, Target

#: Names that are tried for a copy: that of a run which was killed may be taken.
TRIES = 50


class NoWorlds(Exception):
    """The target cannot be copied, or a copy cannot be put into a state; says why in one line."""


class Worlds:
    """The copies of what is at one address, the world ``source``. ``target`` answers for each, chosen by the header.

    Calls raise ``NoWorlds`` where the target refuses, and ``targets.Unreachable``.
    """

    def __init__(self, target: Target, api: str, *, plane: Plane, source: str) -> None:
        self.target, self.source, self._plane, self._api = target, source, plane, api

    def fork(self, name: str, source: str | None = None) -> str:
        """A copy as of now, of another one where it is said; under this name, or one like it."""
        for number in itertools.count(1):
            world = name if number == 1 else f"{name}.{number}"
            try:
                self._ask("POST", WORLDS, {"name": world, "from": source or self.source})
            except NoWorlds:
                if number == TRIES or world not in self._ask("GET", WORLDS).get("worlds", ()):
                    raise
            else:
                return world
        raise AssertionError

    def put(self, world: str, settings: Mapping[str, Any]) -> None:
        """Give settings of the API other values."""
        self._ask("PUT", f"{WORLDS}/{world}/settings", {self._api: dict(settings)})

    def freeze(self, world: str) -> None:
        """Stop the clock where it stands."""
        self._ask("POST", f"{WORLDS}/{world}/clock", {"freeze": True})

    def wait(self, world: str, seconds: float) -> None:
        """Let time pass."""
        self._ask("POST", f"{WORLDS}/{world}/clock", {"advance": seconds})

    def now(self, world: str) -> str:
        """The time of a world, in ISO 8601."""
        return str(self._ask("GET", f"{WORLDS}/{world}/clock").get("now"))

    def drop(self, world: str) -> None:
        """Give a copy up."""
        self._ask("DELETE", f"{WORLDS}/{world}")

    def close(self) -> None:
        """Leave the control plane."""
        if isinstance(self.target, HttpTarget):
            self.target.close()
        self._plane.close()

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            return self._plane.ask(method, path, body)
        except PlaneRefuses as error:
            raise NoWorlds(f"the control plane answered {error.status}: {error}") from error


def worlds_of(target: Target, api: str) -> Worlds:
    """The worlds of a target that is a twin; raises ``NoWorlds`` for any other, and ``targets.Unreachable``."""
    here = not isinstance(target, HttpTarget) or is_here(target)
    plane = Plane(target)
    try:
        health = plane.send("GET", HEALTH) if here else None
        if health is not None and tells_twin(health, api):
            return _found(target, api, plane)
        if health is not None and health.status in (401, 403):
            raise NoWorlds("the control plane of the twin is for others: it wants a token, which a run does not have")
        raise NoWorlds("nobody but its owner puts it into another state: it is no twin on this machine")
    except BaseException:
        plane.close()
        raise


def _found(target: Target, api: str, plane: Plane) -> Worlds:
    if isinstance(target, HttpTarget):
        return Worlds(target.outside(), api, plane=plane, source=target.world)
    return Worlds(target, api, plane=plane, source=DEFAULT_WORLD)
