"""Where SQLite and PostgreSQL differ: setting up a connection, beginning a transaction, matching, telling errors.

Both drivers run in autocommit; transactions are begun and ended in words. A connection is whatever the driver makes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, Text, event, literal_column
from sqlalchemy import Connection as SqlConnection
from sqlalchemy.engine import URL, Dialect, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from mockserver.kernel.store.protocol import Conflict, Unavailable

Connection = Any

#: So many statements are sent before any of their answers is read.
LONGEST_PIPELINE = 200
Parameters = Mapping[str, Any]

#: Seconds a writer waits for another one, and any statement may take.
LOCK_SECONDS, STATEMENT_SECONDS, CONNECT_SECONDS = 5, 60, 5


class Database(Protocol):
    """One kind of database."""

    name: str
    dialect: Dialect
    #: Whether several transactions may write at once.
    many_writers: bool
    #: Whether it merges sorted parts of a union as they come; otherwise each must be told how far to go.
    merges: bool

    def engine(self, url: URL) -> Engine:
        """How SQLAlchemy reaches it."""
        ...

    def prepare(self, connection: Connection) -> None:
        """Set up a new connection."""
        ...

    def hurry(self, connection: Connection) -> None:
        """From here on this connection's commits need not outlive a failure of the machine."""
        ...

    def change_tables(self, connection: SqlConnection) -> None:
        """Begin a transaction that makes tables; raises an error of the driver when nothing can be written."""
        ...

    def change_worlds(self, connection: SqlConnection) -> None:
        """Begin a transaction that changes worlds; only one at a time does."""
        ...

    def begin(self, connection: Connection, look: str, *, locking: bool) -> Any:
        """Begin a transaction and run a query, without parameters, as its first; returns the line it finds.

        The transaction sees one unchanging state; or, with ``locking``, nobody else changes what the query finds
        before it ends.
        """
        ...

    def run_many(self, connection: Connection, batches: Iterable[tuple[str, list[Parameters]]]) -> None:
        """Statements with all their parameters, in as few journeys as there can be."""
        ...

    def alone(self, url: URL) -> AbstractContextManager[None]:
        """Only one process at a time is in here."""
        ...

    def settle(self, url: URL) -> None:
        """From here on the database is the one that is at this address now."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` when that database is no longer there, where connections to it would not tell."""
        ...

    def cell(self, column: ColumnElement[Any], attribute: str) -> ColumnElement[str]:
        """One cell of a row, compared by code point."""
        ...

    def like(self, cell: ColumnElement[str], pattern: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a cell matches a pattern in this database's own form (``pattern``)."""
        ...

    def pattern(self, tag: str, pattern: str) -> str:
        """An SQL pattern in this database's own form, behind the tag of a text."""
        ...

    def told(self, error: Exception) -> Exception:
        """A driver's error as ours: ``Conflict``, ``Unavailable``, or itself when it is a fault of the twin."""
        ...


def sql_of(database: Database, statement: ClauseElement | Select[Any]) -> str:
    """A statement as text with named parameters."""
    return str(statement.compile(dialect=database.dialect))


@contextmanager
def errors_told(database: Database) -> Iterator[None]:
    """Errors of the driver, also where SQLAlchemy wraps them, as ours."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig if isinstance(error.orig, Exception) else error
        raise database.told(cause) from error
    except Exception as error:
        told = database.told(error)
        if told is error:
            raise
        raise told from error


class Sqlite:
    """A file, in WAL mode: readers see one state while a writer writes."""

    name = "sqlite"
    many_writers = False
    merges = True

    def __init__(self) -> None:
        import sqlite3

        from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

        self._driver = sqlite3
        self.dialect: Dialect = SQLiteDialect_pysqlite(paramstyle="named")
        self._file: str | None = None
        self._identity = (0, 0)

    def engine(self, url: URL) -> Engine:
        """A file; ``timeout`` is how long a writer waits for another one."""
        arguments = {
            "timeout": LOCK_SECONDS, "isolation_level": None, "check_same_thread": False, "cached_statements": 512,
        }  # fmt: skip
        engine = create_engine(url, connect_args=arguments)
        event.listen(engine, "connect", lambda connection, record: _set_up(connection))
        return engine

    def prepare(self, connection: Connection) -> None:
        """The engine has set it up."""

    def hurry(self, connection: Connection) -> None:
        """They need not anyway."""

    def change_tables(self, connection: SqlConnection) -> None:
        """In WAL mode, which stays with the file."""
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def change_worlds(self, connection: SqlConnection) -> None:
        """One writer at a time in the whole file."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def begin(self, connection: Connection, look: str, *, locking: bool) -> Any:
        """One writer at a time in the whole file."""
        connection.execute("BEGIN IMMEDIATE" if locking else "BEGIN")
        return connection.execute(look).fetchone()

    def run_many(self, connection: Connection, batches: Iterable[tuple[str, list[Parameters]]]) -> None:
        """There is no journey."""
        for statement, parameters in batches:
            if len(parameters) == 1:
                connection.execute(statement, parameters[0])
            else:
                connection.executemany(statement, parameters)

    def alone(self, url: URL) -> AbstractContextManager[None]:
        """A lock on a file beside the database."""
        if url.query.get("uri") or not url.database:
            return nullcontext()
        return self._locked(f"{url.database}-start")

    def settle(self, url: URL) -> None:
        """A file with a name, which it can lose while it is open."""
        if url.database and not url.query.get("uri"):
            self._file = url.database
            self._identity = self._identified(self._file)

    def check(self) -> None:
        """What is written to a file without its name is lost when the last connection ends."""
        if self._file is not None and self._identified(self._file) != self._identity:
            raise Unavailable(f"the database cannot be used: {self._file} is another file than at the start")

    @staticmethod
    def _identified(file: str) -> tuple[int, int]:
        try:
            found = os.stat(file)
        except OSError as error:
            raise Unavailable(f"the database cannot be used: {error}") from error
        return found.st_dev, found.st_ino

    @contextmanager
    def _locked(self, file: str) -> Iterator[None]:
        with errors_told(self):
            lock = self._driver.connect(file, timeout=STATEMENT_SECONDS, isolation_level=None)
        try:
            with errors_told(self):
                lock.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            lock.close()

    def cell(self, column: ColumnElement[Any], attribute: str) -> ColumnElement[str]:
        """BINARY is the default."""
        return column.op("->>", return_type=Text())(attribute_text(attribute))

    def like(self, cell: ColumnElement[str], pattern: ColumnElement[str]) -> ColumnElement[bool]:
        """LIKE takes ``a`` for ``A``; GLOB does not."""
        return cell.bool_op("GLOB")(pattern)

    def pattern(self, tag: str, pattern: str) -> str:
        r"""``%`` is ``*`` and ``_`` is ``?``; what GLOB would read otherwise stands in brackets."""
        found, characters = [tag], iter(pattern)
        for character in characters:
            if character in "%_":
                found.append("*" if character == "%" else "?")
                continue
            literal = next(characters) if character == "\\" else character
            found.append(f"[{literal}]" if literal in "*?[" else literal)
        return "".join(found)

    def told(self, error: Exception) -> Exception:
        """By SQLite's own code of the error."""
        if not isinstance(error, self._driver.Error):
            return error
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (self._driver.SQLITE_BUSY, self._driver.SQLITE_LOCKED):
            return Conflict(f"the database is busy: {error}")
        name = getattr(error, "sqlite_errorname", "")
        if isinstance(error, self._driver.IntegrityError | self._driver.InterfaceError) or not name:
            return error
        return error if code == self._driver.SQLITE_ERROR else Unavailable(f"the database cannot be used: {error}")


class Postgres:
    """A server, reached with psycopg 3."""

    name = "postgresql"
    many_writers = True
    merges = False

    #: Every query has an index to walk, and its first rows are wanted first. A plan made while a table was small, kept
    #: with its prepared statement, would read and sort the whole of it once it is large. Without sorting, a merge can
    #: only join two groups that stand in one order already.
    PLANS = "-c jit=off " + " ".join(
        f"-c enable_{way}=off" for way in ("seqscan", "bitmapscan", "hashjoin", "sort", "material", "memoize")
    )

    #: Classes of errors that say the server, its disk or the way to it is at fault: connection, rights, resources,
    #: operator, system, configuration.
    OUTSIDE = ("08", "28", "3D", "53", "57", "58", "F0")
    CONFLICTS = ("40001", "40P01", "55P03", "23505")

    def __init__(self) -> None:
        import psycopg
        from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

        self._driver = psycopg
        self.dialect: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]

    def engine(self, url: URL) -> Engine:
        """A server that does not answer must not hold a request for ever."""
        options = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s {self.PLANS}"
        arguments = {"client_encoding": "utf8", "options": options, "connect_timeout": CONNECT_SECONDS}
        return create_engine(url, connect_args=arguments)

    def prepare(self, connection: Connection) -> None:
        """Every statement comes again, so it is prepared at once."""
        connection.autocommit = True
        connection.prepare_threshold = 0

    def hurry(self, connection: Connection) -> None:
        """A commit does not wait for the disk."""
        connection.execute("SET synchronous_commit = off")

    def change_tables(self, connection: SqlConnection) -> None:
        """Names compare by code point, so the encoding must be one that holds all of them."""
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise Unavailable(f"the database is encoded in {encoding}; create it with ENCODING 'UTF8'")

    def change_worlds(self, connection: SqlConnection) -> None:
        """One such transaction at a time; writers of rows go on until their own world is locked."""
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7238947)")

    def begin(self, connection: Connection, look: str, *, locking: bool) -> Any:
        """In one journey. Behind a lock, every query sees what is committed by then, so nothing it guards is stale."""
        words = f"BEGIN; {look} FOR UPDATE" if locking else f"BEGIN ISOLATION LEVEL REPEATABLE READ; {look}"
        cursor = connection.execute(words, prepare=False)
        cursor.nextset()
        return cursor.fetchone()

    def run_many(self, connection: Connection, batches: Iterable[tuple[str, list[Parameters]]]) -> None:
        """All in one pipeline when they are few; a long pipeline costs more than it spares."""
        waiting = list(batches)
        if sum(len(parameters) for _, parameters in waiting) <= LONGEST_PIPELINE:
            with connection.pipeline(), connection.cursor() as cursor:
                for statement, parameters in waiting:
                    for each in parameters:
                        cursor.execute(statement, each)
            return
        with connection.cursor() as cursor:
            for statement, parameters in waiting:
                for first in range(0, len(parameters), LONGEST_PIPELINE):
                    cursor.executemany(statement, parameters[first : first + LONGEST_PIPELINE])

    @contextmanager
    def alone(self, url: URL) -> Iterator[None]:
        """An advisory lock, held by a connection of its own."""
        engine = self.engine(url)
        try:
            with errors_told(self):
                connection = engine.connect()
            with connection:
                with errors_told(self):
                    connection.exec_driver_sql(f"SET lock_timeout = '{STATEMENT_SECONDS}s'")
                    connection.exec_driver_sql("SELECT pg_advisory_lock(7238946)")
                    connection.commit()
                yield
        finally:
            engine.dispose()

    def settle(self, url: URL) -> None:
        """A server has it."""

    def check(self) -> None:
        """A connection to a server that is gone fails."""

    def cell(self, column: ColumnElement[Any], attribute: str) -> ColumnElement[str]:
        """JSON text has the database's collation, whatever that is."""
        return column.op("->>", return_type=Text())(attribute_text(attribute)).collate("C")

    def like(self, cell: ColumnElement[str], pattern: ColumnElement[str]) -> ColumnElement[bool]:
        """The standard's LIKE."""
        return cell.like(pattern)

    def pattern(self, tag: str, pattern: str) -> str:
        """As it is."""
        return tag + pattern

    def told(self, error: Exception) -> Exception:
        """By the standard's code of the error; without one the server was not reached."""
        if not isinstance(error, self._driver.Error):
            return error
        code = error.sqlstate
        if code in self.CONFLICTS:
            return Conflict(f"another transaction was faster: {error}")
        lost = code is None and isinstance(error, self._driver.OperationalError | self._driver.InterfaceError)
        if lost or (code or "  ").startswith(self.OUTSIDE) or code in ("25006", "42501"):
            return Unavailable(f"the database cannot be used: {_first_line(error)}")
        return error


def attribute_text(attribute: str) -> ColumnElement[str]:
    """An attribute's name inside a statement; it is a Python identifier."""
    return literal_column(f"'{attribute}'")


def _set_up(connection: Connection) -> None:
    """A commit survives the death of the process; only the power supply can take the last ones."""
    for pragma in (
        "synchronous=NORMAL",
        "cache_size=-65536",
        "mmap_size=268435456",
        "temp_store=MEMORY",
        "wal_autocheckpoint=8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
