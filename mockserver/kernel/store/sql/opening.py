"""Opening a database by its address: reached, brought up to date, told what kinds there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from mockserver.kernel.clock import CLOCK, SEED
from mockserver.kernel.settings import SETTINGS
from mockserver.kernel.store.protocol import Kind, StoreError, Unavailable
from mockserver.kernel.store.sql.catalogue import declare
from mockserver.kernel.store.sql.dialects import Database, Postgres, Sqlite, errors_told
from mockserver.kernel.store.sql.migrations.current import bring_up_to_date
from mockserver.kernel.store.sql.store import SqlStore

FORMS = "sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"

#: What the statements need: ``->>`` and RETURNING.
OLDEST_SQLITE = (3, 38)


def open_store(address: str, kinds: Sequence[Kind[Any]]) -> SqlStore:
    """The store at an address, with the kinds of the APIs; those of the kernel are added.

    Raises ``StoreError`` and ``Unavailable``, each with one clear message that shows no password.
    """
    url = parsed(address)
    database = _database(url)
    shown = url.render_as_string(hide_password=True)
    try:
        return _opened(database, url, shown, kinds)
    except Unavailable as error:
        raise Unavailable(f"state {shown}: {error}") from error


def _opened(database: Database, url: URL, shown: str, kinds: Sequence[Kind[Any]]) -> SqlStore:
    with database.alone(url), errors_told(database):
        engine = database.engine(url)
        try:
            with engine.connect() as connection:
                database.change_tables(connection)
                bring_up_to_date(connection, shown)
                catalogue = declare(connection, [CLOCK, SEED, SETTINGS, *kinds])
                connection.commit()
        finally:
            engine.dispose()
    database.settle(url)
    store = SqlStore(database=database, url=url, catalogue=catalogue)
    store.tidy()
    return store


def parsed(address: str) -> URL:
    """An address; raises ``StoreError`` for another form."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError(f"state {address!r} is no address; write {FORMS}") from None
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreError(
            f"state {address!r} names no file; write sqlite:///twin.db, or leave it out to keep it in memory"
        )
    if url.drivername in ("sqlite", "postgresql+psycopg"):
        return url
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise StoreError(f"state {url.render_as_string()!r}: no {url.drivername!r}; write {FORMS}")


def _database(url: URL) -> Database:
    if url.get_backend_name() != "sqlite":
        return Postgres()
    import sqlite3

    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old to keep state; 3.38 is the oldest that can")
    return Sqlite()
