"""Worlds of a twin: copies of all it holds, each with settings and a clock of its own, over its control plane.

What is done in a copy nobody else sees. Only a twin has them; see docs/control-plane.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from contract_tests.exchange import Request, Response
from contract_tests.recognition import HEALTH, is_here, tells_twin
from contract_tests.targets import HttpTarget, Target

#: The header by which a request chooses a world, and the path that wins over it.
HEADER, PREFIX = "Twin-World", "/__world__/"
WORLDS = "/__twin__/worlds"
#: The world that is meant where none is named.
DEFAULT = "default"
#: A twin in this process takes what has no address for a web page's.
HERE = (("Host", "127.0.0.1"),)
#: Names that are tried for a copy: that of a run which was killed may be taken.
TRIES = 50


class NoWorlds(Exception):
    """The target cannot be copied, or a copy cannot be put into a state; says why in one line."""


class Worlds:
    """The copies of what is at one address, the world ``source``. ``target`` answers for each, chosen by the header;
    ``plane`` is the server that has them.

    Calls raise ``NoWorlds`` where the target refuses, and ``targets.Unreachable``.
    """

    def __init__(self, target: Target, api: str, *, plane: Target, source: str) -> None:
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
        for one in (self.target, self._plane):
            if isinstance(one, HttpTarget):
                one.close()

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        content = b"" if body is None else orjson.dumps(body)
        response = _sent(self._plane, Request(method, path, body=content))
        answer = response.json
        if response.status == 200 and isinstance(answer, dict):
            return answer
        said = answer.get("error") if isinstance(answer, dict) else None
        raise NoWorlds(f"the control plane answered {response.status}: {said or response.text[:200]}")


def worlds_of(target: Target, api: str) -> Worlds:
    """The worlds of a target that is a twin; raises ``NoWorlds`` for any other, and ``targets.Unreachable``."""
    here = not isinstance(target, HttpTarget) or is_here(target)
    plane = target.at_root() if isinstance(target, HttpTarget) else target
    try:
        health = _sent(plane, Request("GET", HEALTH)) if here else None
        if health is not None and tells_twin(health, api):
            answering = target.outside() if isinstance(target, HttpTarget) else target
            return Worlds(answering, api, plane=plane, source=_world_in(urlsplit(target.address).path))
        if health is not None and health.status in (401, 403):
            raise NoWorlds("the control plane of the twin is for others: it wants a token, which a run does not have")
        raise NoWorlds("nobody but its owner puts it into another state: it is no twin on this machine")
    except BaseException:
        if plane is not target:
            plane.close()
        raise


def _sent(plane: Target, request: Request) -> Response:
    return plane.send(request if isinstance(plane, HttpTarget) else replace(request, headers=HERE))


def _world_in(path: str) -> str:
    """The world that the path of an address chooses."""
    return unquote(path.removeprefix(PREFIX).partition("/")[0]) if path.startswith(PREFIX) else DEFAULT
