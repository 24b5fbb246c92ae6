"""A database that fails: one clear line at the start, 503 in the API's envelope while running, no restart needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockserver.kernel.store.protocol import StoreError, Unavailable
from mockserver.kernel.store.sql.opening import open_store
from tests.face.command import run
from tests.kernel.stores import KINDS
from tests.state.twins import PASSWORD, Process, create, exists
from tests.support.client import Answer
from tests.support.databases import Databases
from tests.support.postgres import PostgresServer


@contextmanager
def process(address: str) -> Iterator[Process]:
    """A process on a database, ended at the end."""
    started = Process(address)
    try:
        yield started
    finally:
        started.close()


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[PostgresServer]:
    """A server that tests may stop."""
    assert databases.server, "there is one to start"
    server = PostgresServer()
    yield server
    server.close()


def pragma(process: Process, name: str, value: int) -> None:
    """Change a setting of SQLite on the connection the next request takes."""
    connections: Any = process.twin.worlds._store.connections  # type: ignore[attr-defined]
    connection = connections.take()
    connection.execute(f"PRAGMA {name}={value}")
    connections.give(connection)


def check_out_of_service(answer: Answer, cause: str) -> None:
    """It is a 503 in the envelope that says why and when to come again."""
    assert answer.status == 503
    assert answer.body == {"output": f"the twin's state is out of reach: {cause}; try again later", "result": None}
    assert answer.headers["retry-after"] == "1"


UNUSABLE, BUSY = "its database cannot be used", "many change it at once"


def test_a_full_disk(databases: Databases) -> None:
    with process(databases.address("sqlite")) as twin:
        pragma(twin, "max_page_count", 1)
        names = iter(f"user{number}" for number in range(2_000))
        answer, name = next(
            (answer, name)
            for name in names
            if (answer := twin.world().post(f"/api/ADUser/{name}", Password=PASSWORD)).status != 200
        )
        check_out_of_service(answer, UNUSABLE)
        assert not exists(twin.world(), name)
        assert create(twin.world(), name) == 200
        assert exists(twin.world(), "user0")


def test_a_file_that_is_gone(databases: Databases, tmp_path: Path) -> None:
    """What is written to a file without a name is lost, so nothing is, until the file is there again."""
    address = databases.address("sqlite")
    file = Path(address.removeprefix("sqlite:///"))
    parts = [file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm")]
    with process(address) as twin:
        assert create(twin.world(), "before") == 200
        for part in parts:
            part.rename(tmp_path / part.name)
        check_out_of_service(twin.world().post("/api/ADUser/gone", Password=PASSWORD), UNUSABLE)
        check_out_of_service(twin.world().get("/api/ADUser/before/Details"), UNUSABLE)
        assert not file.exists()
        file.write_bytes(b"")
        check_out_of_service(twin.world().post("/api/ADUser/other", Password=PASSWORD), UNUSABLE)
        for part in parts:
            (tmp_path / part.name).rename(part)
        assert exists(twin.world(), "before")
        assert not exists(twin.world(), "gone")
        assert not exists(twin.world(), "other")
        assert create(twin.world(), "gone") == 200
    with process(address) as again:
        assert exists(again.world(), "gone")


def test_a_writer_that_does_not_end(databases: Databases) -> None:
    address = databases.address("sqlite")
    with process(address) as twin:
        pragma(twin, "busy_timeout", 1)
        other = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        check_out_of_service(twin.world().post("/api/ADUser/gil.katz", Password="Tw1n-Passw0rd!"), BUSY)
        other.execute("ROLLBACK")
        other.close()
        assert create(twin.world(), "gil.katz") == 200


def test_a_lost_server_that_comes_back(server: PostgresServer) -> None:
    with process(server.address()) as twin:
        world = twin.world()
        assert create(world, "gil.katz") == 200
        server.halt()
        check_out_of_service(world.get("/api/ADUser/gil.katz/Details"), UNUSABLE)
        check_out_of_service(world.post("/api/ADUser/eve.moss", Password="Tw1n-Passw0rd!"), UNUSABLE)
        check_out_of_service(world.get("/api/Nowhere"), UNUSABLE)
        assert twin.control("GET", "health").status == 503
        assert twin.control("GET", "worlds/default/clock").status == 503
        server.start()
        assert exists(world, "gil.katz")
        assert create(world, "eve.moss") == 200
        assert twin.control("GET", "health").status == 200


def test_a_lost_server_at_the_first_write(server: PostgresServer) -> None:
    """The connection was kept while the server was started anew."""
    with process(server.address()) as twin:
        assert create(twin.world(), "gil.katz") == 200
        server.halt()
        server.start()
        assert exists(twin.world(), "gil.katz")
        server.halt()
        server.start()
        statuses = {create(twin.world(), "eve.moss"), create(twin.world(), "eve.moss")}
        assert statuses in ({503, 200}, {200, 400})
        assert exists(twin.world(), "eve.moss")


def test_a_wrong_password(server: PostgresServer) -> None:
    address = server.address().replace("twin@", "locked:wr0ng@")
    with pytest.raises(Unavailable, match=r"postgresql\+psycopg://locked:\*\*\*@.*password authentication failed"):
        open_store(address, KINDS)


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_database_of_a_newer_schema(databases: Databases, store: str) -> None:
    address = databases.address(store)
    first = open_store(address, KINDS)
    with first.connections.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    first.close()
    with pytest.raises(
        StoreError, match=r"has schema 9999, newer than the \d{4} of this apitwin; use the version that"
    ):
        open_store(address, KINDS)


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_database_of_something_else(databases: Databases, store: str) -> None:
    address = databases.address(store)
    first = open_store(address, KINDS)
    with first.connections.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    first.close()
    with pytest.raises(StoreError, match="is no state of apitwin: it has the tables claims, cursors"):
        open_store(address, KINDS)


READ_ONLY = "sqlite:///file:{folder}/ro.db?mode=ro&uri=true"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "sqlite:///{folder}/none/twin.db",
            "state sqlite:///{folder}/none/twin.db: the database cannot be used: unable",
        ),
        ("sqlite:///{folder}/text.db", "state sqlite:///{folder}/text.db: the database cannot be used: file is not a"),
        (READ_ONLY, "the database cannot be used: attempt to write a readonly database"),
        ("postgresql://me:s3cret@127.0.0.1:1/twin", "state postgresql+psycopg://me:***@127.0.0.1:1/twin: the database"),
        ("sqlite://", "state 'sqlite://' names no file; write sqlite:///twin.db, or leave it out to keep it in memory"),
        ("twin.db", "state 'twin.db' is no address; write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"),
        ("mysql://me@here/twin", "no 'mysql'; write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"),
    ],
)
def test_an_unusable_state_is_one_line(tmp_path: Path, address: str, message: str) -> None:
    (tmp_path / "text.db").write_text("no database " * 100)
    (tmp_path / "ro.db").touch()
    done = run("serve", "--port", "0", "--state", address.format(folder=tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert message.format(folder=tmp_path) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "2"], "--workers 2 need one state they all see; keep it in a database with --state"),
        (["--workers", "2", "--watch", "--state", "sqlite:///x.db"], "--watch and --workers exclude each other"),
        (["--workers", "0"], "'0' is not a whole number from 1 to 64"),
    ],
)
def test_workers_that_cannot_be(options: list[str], message: str) -> None:
    done = run("serve", "--port", "0", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
