"""Databases for tests: files and a private PostgreSQL server, made when they are first wanted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Kind, Store
from tests.support.postgres import NoPostgres, PostgresServer

#: Every implementation of the protocol. Each one is driven by the same tests.
STORES = ("memory", "sqlite", "postgres")

#: Set where a PostgreSQL must be there: then no test that needs one is skipped.
REQUIRED = "APITWIN_TESTS_NEED_POSTGRES"


class Databases:
    """Where the stores of a test session keep their state."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="twin-db-")
        self._server: PostgresServer | None = None
        self._open: dict[tuple[str, tuple[str, ...]], Any] = {}
        self._made = 0

    @property
    def server(self) -> PostgresServer:
        """The PostgreSQL server; skips the test where there is none."""
        if self._server is None:
            try:
                self._server = PostgresServer()
            except NoPostgres as missing:
                if os.environ.get(REQUIRED):
                    raise
                pytest.skip(str(missing))
        return self._server

    def address(self, store: str) -> str:
        """The address of a new empty database: ``sqlite`` or ``postgres``."""
        if store == "postgres":
            return self.server.address()
        self._made += 1
        return f"sqlite:///{Path(self._folder.name) / f'twin{self._made}.db'}"

    def store(self, name: str, kinds: Sequence[Kind[Any]]) -> Store:
        """An empty store. A database is made once and emptied: the stores asked for before are empty then, too."""
        if name == "memory":
            return MemoryStore()
        from mockserver.kernel.store.sql.opening import open_store

        place = name, tuple(kind.name for kind in kinds)
        if place not in self._open:
            self._open[place] = open_store(self.address(name), kinds)
        store = self._open[place]
        _empty(store)
        return store  # type: ignore[no-any-return]

    def close(self) -> None:
        """Remove everything."""
        for store in self._open.values():
            store.close()
        if self._server is not None:
            self._server.close()
        self._folder.cleanup()


def _empty(store: Any) -> None:
    """No worlds, and nothing of them left."""
    from mockserver.kernel.store.sql.schema import CLAIMS, ENTRIES, LAYERS, NUMBERS, ROWS, WORLDS

    with store.connections.engine.begin() as connection:
        store.database.change_worlds(connection)
        for table in (WORLDS, LAYERS, ROWS, ENTRIES, CLAIMS, NUMBERS):
            connection.execute(table.delete())
