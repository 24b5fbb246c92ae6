"""Twins of the KopiCloud AD API on one database, in this process."""

from __future__ import annotations

import time
from typing import Any

from mockserver.app import Options, Twin, build
from tests.conftest import ADMIN, credential
from tests.support.client import Answer, Client, TwinClient

PASSWORD = "Tw1n-Passw0rd!"


class Process:
    """A twin as one of several processes on a database has it: a store, memories and connections of its own."""

    def __init__(self, state: str, **options: Any) -> None:
        self.twin: Twin = build(["kopicloud-ad"], Options(state=state, **options))
        self._client = Client(self.twin.app)
        self.token = credential(self.twin, ADMIN)

    def world(self, name: str = "default") -> TwinClient:
        """A client of a world, with the credential of `twin-admin`."""
        return TwinClient(client=self._client, world=name, api="kopicloud-ad", header="Auth-Token", token=self.token)

    def control(self, method: str, path: str, body: bytes = b"") -> Answer:
        """A request to the control plane."""
        return self._client.request(method, f"/__twin__/{path}", body=body)

    def close(self) -> None:
        """End it."""
        self._client.close()
        self.twin.close()


def create(world: TwinClient, name: str) -> int:
    """Create a user; the status of the answer."""
    return world.post(f"/api/ADUser/{name}", Password=PASSWORD, FirstName="Gil").status


def exists(world: TwinClient, name: str) -> bool:
    """Whether there is a user."""
    return world.get(f"/api/ADUser/{name}/Details").status == 200


def deadline(seconds: float) -> float:
    """The moment by which something must have happened."""
    return time.monotonic() + seconds
