"""Connections that are kept: opened when there is none to take, given up when their database fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection as SqlConnection
from sqlalchemy.engine import URL

from mockserver.kernel.store.protocol import Unavailable
from mockserver.kernel.store.sql.dialects import Connection, Database, errors_told


class Connections:
    """Connections to one database. One is in use for the length of a transaction, by one thread.

    ``hurried``: what they commit need not outlive a failure of the machine.
    """

    def __init__(self, database: Database, url: URL, *, hurried: bool = False) -> None:
        self.database, self.url, self._hurried = database, url, hurried
        self.engine = database.engine(url)
        self._idle: deque[Connection] = deque()

    def take(self) -> Connection:
        """A connection nobody uses; raises ``Unavailable``."""
        self.database.check()
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def give(self, connection: Connection) -> None:
        """Hand a connection back, with no transaction on it."""
        self._idle.append(connection)

    @contextmanager
    def lent(self) -> Iterator[SqlConnection]:
        """SQLAlchemy's connection for a block, whose errors are told as ours; raises ``Unavailable``."""
        self.database.check()
        try:
            with errors_told(self.database), self.engine.connect() as connection:
                yield connection
        except Unavailable:
            self.engine.dispose()
            raise

    def lose(self, connection: Connection) -> None:
        """Close a connection that failed, and the idle ones: they go to the same place."""
        for each in (connection, *self._emptied()):
            _closed(each)
        self.engine.dispose()

    def close(self) -> None:
        """Close every idle connection."""
        for each in self._emptied():
            _closed(each)

    def _opened(self) -> Connection:
        with errors_told(self.database):
            fairy = self.engine.raw_connection()
            connection: Any = fairy.driver_connection
            fairy.detach()
            try:
                self.database.prepare(connection)
                if self._hurried:
                    self.database.hurry(connection)
            except BaseException:
                _closed(connection)
                raise
        return connection

    def _emptied(self) -> list[Connection]:
        found = []
        while self._idle:
            found.append(self._idle.pop())
        return found


def _closed(connection: Connection) -> None:
    """Close, whatever state it is in."""
    try:
        connection.close()
    except Exception:
        return
