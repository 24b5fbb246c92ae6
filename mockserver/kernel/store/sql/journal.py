"""The journal in the database: every process writes into it and reads all of it.

Exchanges that end in the same turn of the event loop are written in one transaction: a commit costs more than what it
commits. Each of them is answered when it is written.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import text

from mockserver.kernel.journal import KEPT_ENTRIES, Entry, Journal, masked
from mockserver.kernel.operation import Operation
from mockserver.kernel.store.protocol import Conflict, Unavailable
from mockserver.kernel.store.sql.connections import Connections
from mockserver.kernel.store.sql.dialects import Parameters, errors_told, sql_of
from mockserver.kernel.store.sql.store import SqlStore

log = logging.getLogger("apitwin.twin")

#: Operations by the name of the API and their id; ``None`` for one this twin does not serve.
Operations = Callable[[str, str], Operation | None]

#: A statement with all its parameters.
Batch = tuple[str, list[Parameters]]

#: After so many exchanges of a world the oldest are removed.
PRUNED_EVERY = 200

_STATEMENTS = {
    "add": (
        "INSERT INTO exchanges (world, number, entry)"
        " SELECT :world, coalesce(max(number), 0) + 1, :entry FROM exchanges WHERE world = :world RETURNING number"
    ),
    "count and add": (
        "WITH counted AS (INSERT INTO cursors (world, number) VALUES (:world, 1)"
        " ON CONFLICT (world) DO UPDATE SET number = cursors.number + 1 RETURNING number)"
        " INSERT INTO exchanges (world, number, entry) SELECT :world, number, :entry FROM counted RETURNING number"
    ),
    "last": "SELECT coalesce(max(number), 0) FROM exchanges WHERE world = :world",
    "count": (
        "INSERT INTO cursors (world, number) VALUES (:world, :count)"
        " ON CONFLICT (world) DO UPDATE SET number = cursors.number + :count RETURNING number - :count"
    ),
    "insert": "INSERT INTO exchanges (world, number, entry) VALUES (:world, :number, :entry)",
    "prune": "DELETE FROM exchanges WHERE world = :world AND number <= :number",
    "read": "SELECT number, entry FROM exchanges WHERE world = :world ORDER BY number DESC LIMIT :limit",
    "forget": "DELETE FROM exchanges WHERE world = :world",
    "restart": "DELETE FROM cursors WHERE world = :world",
}


class _Pending(threading.local):
    """What one thread has yet to write: exchanges as world and packed entry, and the future of those who wait."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, bytes]] = []
        self.written: asyncio.Future[None] | None = None


class SqlJournal(Journal):
    """As `Journal`. What is secret is masked before it is kept: a database lies where others may read it."""

    waits = True

    def __init__(self, *, store: SqlStore, operations: Operations) -> None:
        super().__init__()
        self._database, self._operations = store.database, operations
        self._connections = Connections(store.database, store.url, hurried=True)
        self._statements = {name: sql_of(store.database, text(said)) for name, said in _STATEMENTS.items()}
        self._pending = _Pending()

    def add(self, world: str, entry: Entry) -> Awaitable[None] | None:
        """Write one exchange down; one that cannot be written is missing, and the log says so."""
        pending = self._pending
        pending.lines.append((world, _packed(entry)))
        if pending.written is None:
            loop = asyncio.get_running_loop()
            pending.written = loop.create_future()
            loop.call_soon(self._write_all)
        # who waits no longer must not take along those who do
        return asyncio.shield(pending.written)

    def _write_all(self) -> None:
        pending = self._pending
        lines, written = pending.lines, pending.written
        pending.lines, pending.written = [], None
        try:
            if lines:
                self._run(lambda connection: self._write(connection, lines))
        except (Conflict, Unavailable) as error:
            log.error("exchanges are missing in the journal, %d of them: %s", len(lines), error)
        finally:
            if written is not None and not written.done():
                written.set_result(None)

    def entries(self, world: str) -> Iterator[Entry]:
        """Oldest first."""
        self._write_all()
        values = {"world": world, "limit": KEPT_ENTRIES}
        found = self._run(lambda connection: connection.execute(self._statements["read"], values).fetchall())
        for number, packed in reversed(found):
            yield self._unpacked(number, packed)

    def forget(self, world: str) -> None:
        """Drop what a world's clients did; numbers begin at 1 again."""
        self._write_all()

        def forgotten(connection: Any) -> None:
            for name in ("forget", "restart"):
                connection.execute(self._statements[name], {"world": world})

        self._run(forgotten)

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def _write(self, connection: Any, lines: Sequence[tuple[str, bytes]]) -> None:
        if len(lines) == 1:
            self._write_one(connection, *lines[0])
            return
        by_world = defaultdict(list)
        for world, entry in lines:
            by_world[world].append(entry)
        connection.execute("BEGIN IMMEDIATE" if not self._database.many_writers else "BEGIN")
        batches = [batch for world in sorted(by_world) for batch in self._numbered(connection, world, by_world[world])]
        self._database.run_many(connection, [*batches, ("COMMIT", [{}])])

    def _numbered(self, connection: Any, world: str, entries: list[bytes]) -> list[Batch]:
        """Statements that write a world's exchanges under the numbers that come next."""
        statement = "count" if self._database.many_writers else "last"
        values = {"world": world, "count": len(entries)}
        last = connection.execute(self._statements[statement], values).fetchone()[0]
        rows: list[Parameters] = [
            {"world": world, "number": last + 1 + at, "entry": entry} for at, entry in enumerate(entries)
        ]
        batches: list[Batch] = [(self._statements["insert"], rows)]
        if last // PRUNED_EVERY != (last + len(rows)) // PRUNED_EVERY:
            batches.append((self._statements["prune"], [{"world": world, "number": last + len(rows) - KEPT_ENTRIES}]))
        return batches

    def _write_one(self, connection: Any, world: str, entry: bytes) -> None:
        # one writer at a time finds the last number by itself; many need a line to lock
        statement = "count and add" if self._database.many_writers else "add"
        values = {"world": world, "entry": entry}
        number = connection.execute(self._statements[statement], values).fetchone()[0]
        if number % PRUNED_EVERY == 0:
            connection.execute(self._statements["prune"], {"world": world, "number": number - KEPT_ENTRIES})

    def _run(self, act: Callable[[Any], Any]) -> Any:
        """On a connection of the journal's own, once more when a kept one was lost."""
        try:
            return self._tried(act)
        except Unavailable:
            return self._tried(act)

    def _tried(self, act: Callable[[Any], Any]) -> Any:
        connection = self._connections.take()
        try:
            with errors_told(self._database):
                done = act(connection)
        except BaseException:
            self._connections.lose(connection)
            raise
        self._connections.give(connection)
        return done

    def _unpacked(self, number: int, packed: bytes) -> Entry:
        fields = orjson.loads(packed)
        operation = fields["operation"]
        fields["operation"] = None if operation is None else self._operations(fields["api"], operation)
        fields["query"] = tuple((name, value) for name, value in fields["query"])
        for name in ("path", "body"):
            fields[name] = fields[name].encode("latin-1")
        return Entry(number=number, **fields)


def _packed(entry: Entry) -> bytes:
    return orjson.dumps(
        {
            "api": entry.api,
            "time": entry.time,
            "method": entry.method,
            "path": masked(entry.path.decode("latin-1")),
            "query": list(entry.masked_query().items()),
            "operation": entry.operation.id if entry.operation else None,
            "caller": entry.caller,
            "status": entry.status,
            "body": masked(entry.body.decode("latin-1")),
            "lane": entry.lane,
        }
    )
