"""A mini API behind a door, in one world, asked in process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.kernel.build import Door
from mockserver.kernel.engine import Engine
from mockserver.kernel.http import Written
from mockserver.kernel.journal import Journal
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Store
from mockserver.kernel.worlds import Worlds
from tests.support import mini
from tests.support.client import Answer, Client, scope_of

Scope = dict[str, object]


class _InWorld:
    """A door as an application: every request is for the world `w`."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await self.door({**scope, "twin.world": "w"}, receive, send)


class _AtOnce(_InWorld):
    """The same with the short way of an answer."""

    def at_once(self, scope: Scope) -> Written | None:
        return self.door.at_once({**scope, "twin.world": "w"})


class World:
    """A door of a mini API on its world `w`; ``at_once``: what the lane can answer at once it does."""

    def __init__(
        self,
        *,
        lane: bool,
        at_once: bool = False,
        store: Store | None = None,
        journal: Journal | None = None,
        engine: Callable[[Store], Engine] = mini.engine,
        public_url: str | None = None,
    ) -> None:
        self.store = store or MemoryStore()
        self.store.create("w")
        self.journal = journal or Journal()
        self.engine = engine(self.store)
        self.door = Door(
            engine=self.engine,
            journal=self.journal,
            check_world=Worlds(store=self.store).check,
            lane=lane,
            public_url=public_url,
        )
        self._client = Client(_AtOnce(self.door) if at_once else _InWorld(self.door))

    def ask(self, method: str, target: str, *, token: str = "good", body: bytes = b"", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(
            method, target, headers={**({"X-Token": token} if token else {}), **sent}, body=body
        )

    def send(self, method: str, target: str, lines: list[tuple[bytes, bytes]]) -> Answer:
        """A request without body, its header lines exactly these."""
        answer = self._client.talk(scope_of(method, target, lines), [b""])
        assert answer is not None
        return answer

    def talk(self, method: str, target: str, chunks: list[bytes], *, complete: bool = True) -> Answer | None:
        """A request without content-length, its body in chunks."""
        lines = [(b"x-token", b"good"), (b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
        return self._client.talk(scope_of(method, target, lines), chunks, complete=complete)

    def things(self) -> list[str]:
        """Names of all things there are."""
        with self.store.transaction("w") as store:
            return [thing.id for thing in store.select(mini.THINGS)]

    def hide(self, operation: str) -> None:
        with self.store.transaction("w") as store:
            self.engine.settings.change(store, {"hidden": operation})

    def close(self) -> None:
        self._client.close()
