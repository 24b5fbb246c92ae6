"""The migrations make the tables the statements are written for; changed declarations are followed."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import Eq, Order
from mockserver.kernel.store.sql.migrations import current
from mockserver.kernel.store.sql.opening import open_store
from mockserver.kernel.store.sql.schema import METADATA
from tests.kernel.stores import KINDS


def test_migrations_and_tables_agree(address: str) -> None:
    store = open_store(address, KINDS)
    with store.connections.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    store.close()


def test_the_latest_migration_is_the_one_that_is_looked_for() -> None:
    folder = current.FOLDER
    scripts = ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])
    assert scripts.get_current_head() == current.LATEST


@dataclass(frozen=True, slots=True)
class Old:
    """A row as an earlier version declares it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class New:
    """The same row later: an attribute more."""

    id: str
    name: str
    colour: str = "red"


def test_a_changed_declaration_finds_the_old_rows(address: str) -> None:
    Old.__name__ = New.__name__ = "Row"
    before: Kind[Old] = Kind("row", Old, unique=(("name",),), indexes=(Index((), "name"),))
    after: Kind[New] = Kind("row", New, indexes=(Index(("colour",), "name"), Index((), "id")))
    store = open_store(address, [before])
    store.create("w")
    with store.transaction("w") as old:
        for number in range(3):
            old.insert(before, Old(str(number), f"n{number}"))
    store.fork("w", "fork")
    store.close()
    again = open_store(address, [after])
    for world in ("w", "fork"):
        with again.transaction(world) as new:
            assert new.count(after, Eq(after.attribute("colour"), "red")) == 3
            assert [
                row.id
                for row in new.select(
                    after, Eq(after.attribute("colour"), "red"), order=(Order(after.attribute("name"), True),)
                )
            ] == [*"210"]
            new.insert(after, New(f"3 {world}", "n0"))
    again.close()
