"""Very many rows put into a database by its fastest way, past the store, for benchmarks that want a large table.

What is written is what the store's own transactions write: the same documents, cells, entries and claims.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import orjson

from mockserver.kernel.store.protocol import Kind, Row
from mockserver.kernel.store.sql.store import SqlStore

BATCH = 50_000

COLUMNS = {
    "rows": ("layer", "kind", "key", "variant", "document", "cells"),
    "entries": ("layer", "lookup", '"by"', "place", "key"),
    "claims": ("layer", "lookup", '"by"', "key"),
}


def fill(store: SqlStore, world: str, kind: Kind[Row], rows: Iterable[Row]) -> None:
    """Put rows into a world that has some of another key already, and so a layer of its own."""
    connection = store.connections.take()
    (chain,) = connection.execute(f"SELECT chain FROM worlds WHERE name = '{world}'").fetchone()
    layer, waiting = orjson.loads(chain)[0], iter(rows)
    while batch := list(islice(waiting, BATCH)):
        connection.execute("BEGIN")
        for table, lines in _lines(store, kind, layer, batch).items():
            _write(store.database.name, connection, table, sorted(lines))
        connection.execute(f"UPDATE worlds SET version = version + 1 WHERE name = '{world}'")
        connection.execute("COMMIT")
    connection.execute("VACUUM ANALYZE" if store.database.name == "postgresql" else "PRAGMA wal_checkpoint").close()
    store.connections.give(connection)


def _lines(store: SqlStore, kind: Kind[Row], layer: int, rows: list[Row]) -> dict[str, list[tuple[Any, ...]]]:
    known = store.catalogue.of(kind)
    found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
    for row in rows:
        key, document = known.codec.key_of(row), known.codec.write(row)
        shown = orjson.dumps(known.codec.cells(row)).decode()
        found["rows"].append((layer, known.id, key, type(row).__name__, document, shown))
        found["entries"] += [(layer, lookup, by, place, key) for lookup, by, place in known.entries(row)]
        found["claims"] += [(layer, claim.id, by, key) for claim, by in known.claimed(row)]
    return found


def _write(database: str, connection: Any, table: str, lines: list[tuple[Any, ...]]) -> None:
    columns = COLUMNS[table]
    if database == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
    else:
        holders = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holders})", lines)
