"""The control plane of a twin; see docs/control-plane.md. No promise has such paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from contract_tests.exchange import Request, Response
from contract_tests.targets import HttpTarget, Target

WORLDS = "/__twin__/worlds"


class PlaneRefuses(Exception):
    """The control plane does not do what it is asked; ``status`` is that of its answer. One line."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason)
        self.status = status


class Plane:
    """The control plane of the server that a target is at. Calls raise ``targets.Unreachable``."""

    def __init__(self, target: Target) -> None:
        self.address = target.address
        self._over_http = isinstance(target, HttpTarget)
        self._server = target.at_root() if isinstance(target, HttpTarget) else target

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What it answers; raises ``PlaneRefuses``."""
        response = self.send(method, path, body)
        answer = response.json
        if response.status == 200 and isinstance(answer, dict):
            return answer
        said = answer.get("error") if isinstance(answer, dict) else None
        raise PlaneRefuses(str(said or f"it answers {response.status}"), status=response.status)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Response:
        """Its answer as it is."""
        content = b"" if body is None else orjson.dumps(body)
        return self._server.send(Request(method, path, body=content))

    def close(self) -> None:
        """Give up a connection of its own."""
        if self._over_http:
            self._server.close()
