"""Forks copy nothing, and worlds that come and go leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from mockserver.kernel.store.protocol import StoreError
from mockserver.kernel.store.query import Eq, Order
from mockserver.kernel.store.sql import layers
from mockserver.kernel.store.sql.opening import open_store
from mockserver.kernel.store.sql.schema import CLAIMS, ENTRIES, LAYERS, NUMBERS, ROWS, WORLDS
from mockserver.kernel.store.sql.store import SqlStore
from tests.kernel.stores import KINDS, NAME, PARENT, THINGS, UNIQUE_NAME, Thing


@pytest.fixture
def store(address: str) -> Iterator[SqlStore]:
    """A store whose world ``w`` has three things, as it is in a twin: forked from a snapshot of its beginning."""
    store = open_store(address, KINDS)
    store.create("planted")
    put(store, "planted", *(Thing(str(number), name=f"n{number}", parent="p") for number in range(3)))
    store.freeze("planted")
    store.fork("planted", "w")
    yield store
    store.close()


def put(store: SqlStore, world: str, *things: Thing) -> None:
    """Insert or replace things."""
    with store.transaction(world) as transaction:
        for thing in things:
            (transaction.replace if transaction.get(THINGS, thing.id) else transaction.insert)(THINGS, thing)


def keys(store: SqlStore, world: str) -> list[str]:
    """Keys of the things below ``p``, by name, as a look-up finds them."""
    with store.transaction(world) as transaction:
        return [row.id for row in transaction.select(THINGS, Eq(PARENT, "p"), order=(Order(NAME),))]


def lines(store: SqlStore, *tables: Any) -> list[int]:
    """How many lines tables have."""
    with store.connections.engine.connect() as connection:
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def chain(store: SqlStore, world: str) -> list[int]:
    """The layers of a world."""
    with store.connections.engine.connect() as connection:
        found: list[int] = orjson.loads(connection.scalars(select(WORLDS.c.chain).where(WORLDS.c.name == world)).one())
        return found


def test_a_fork_copies_no_row(store: SqlStore) -> None:
    before = lines(store, ROWS, ENTRIES, CLAIMS)
    for number in range(5):
        store.fork("w", f"fork {number}")
    assert lines(store, ROWS, ENTRIES, CLAIMS) == before
    put(store, "fork 1", Thing("1", name="changed", parent="p"))
    assert lines(store, ROWS) == [before[0] + 1]
    assert keys(store, "fork 1") == ["1", "0", "2"]


def test_forks_that_come_and_go_leave_nothing(store: SqlStore) -> None:
    put(store, "w", Thing("3", name="n3", parent="p"))
    before = lines(store, ROWS, ENTRIES, CLAIMS, NUMBERS, LAYERS, WORLDS), chain(store, "w")
    for number in range(4):
        store.fork("w", "fork")
        put(store, "fork", Thing("4", name="n4", parent="p"), Thing("0", name="n9", parent="p"))
        with store.transaction("fork") as transaction:
            transaction.delete(THINGS, "1")
            transaction.next_number("sid")
        put(store, "w", Thing("3", name=f"n3-{number}", parent="p"))
        assert keys(store, "fork") == ["2", "3", "4", "0"]
        store.drop("fork")
        assert keys(store, "w") == ["0", "1", "2", "3"]
    assert (lines(store, ROWS, ENTRIES, CLAIMS, NUMBERS, LAYERS, WORLDS), chain(store, "w")) == before


def test_a_world_between_others_can_go(store: SqlStore) -> None:
    put(store, "w", Thing("0", name="a", parent="p"), Thing("5", name="b", parent="p"))
    store.fork("w", "child")
    put(store, "child", Thing("6", name="c", parent="p"))
    with store.transaction("child") as transaction:
        transaction.delete(THINGS, "2")
    store.drop("w")
    assert keys(store, "child") == ["0", "5", "6", "1"]
    assert len(chain(store, "child")) == 2
    store.drop("planted")
    assert (keys(store, "child"), len(chain(store, "child"))) == (["0", "5", "6", "1"], 1)
    assert lines(store, ROWS) == [4]


def test_restoring_frees_what_was_there(store: SqlStore) -> None:
    before = lines(store, ROWS, ENTRIES, CLAIMS)
    for _ in range(3):
        put(store, "w", Thing("9", name="n9", parent="p"))
        store.restore("w", "planted")
    assert lines(store, ROWS, ENTRIES, CLAIMS) == before
    assert keys(store, "w") == ["0", "1", "2"]


def test_compacting_changes_nothing_but_the_way(store: SqlStore) -> None:
    for number in range(5):
        put(store, "w", Thing(f"x{number}", name=f"x{number}", parent="p"), Thing("0", name=f"m{number}", parent="p"))
        with store.transaction("w") as transaction:
            assert transaction.next_number("sid") == number + 1
        store.fork("w", f"kept {number}")
    with store.transaction("w") as transaction:
        transaction.delete(THINGS, "x1")
    dump, found = store.dump("w"), keys(store, "w")
    assert len(chain(store, "w")) == 7
    store.compact("w")
    assert len(chain(store, "w")) == 1
    assert (store.dump("w"), keys(store, "w")) == (dump, found)
    with store.transaction("w") as transaction:
        assert transaction.next_number("sid") == 6
    put(store, "w", Thing("x1", name="x1", parent="p"))
    assert len(keys(store, "kept 4")) == 8


def test_chains_do_not_grow_without_end(store: SqlStore) -> None:
    for number in range(layers.DEEPEST + 5):
        put(store, "w", Thing("0", name=f"m{number}", parent="p"))
        store.fork("w", f"kept {number}")
    assert len(chain(store, "w")) <= layers.DEEPEST + 1
    assert keys(store, "kept 0") == ["0", "1", "2"]
    with store.transaction("kept 7") as transaction:
        assert transaction.find(UNIQUE_NAME, "p", "m7") == Thing("0", name="m7", parent="p")


def test_what_a_process_left_is_freed_at_the_next_start(store: SqlStore, address: str) -> None:
    before = lines(store, ROWS, LAYERS)
    with store.connections.engine.begin() as connection:
        layer = layers.new_layer(connection)
        connection.execute(ROWS.insert().values(layer=layer, kind=1, key="lost", variant="Thing", document="{}"))
    store.close()
    again = open_store(address, KINDS)
    assert lines(again, ROWS, LAYERS) == before
    again.close()


def test_an_undeclared_kind_is_refused(address: str) -> None:
    store = open_store(address, [])
    store.create("w")
    with store.transaction("w") as transaction, pytest.raises(StoreError, match=r"'test.thing' was not declared"):
        transaction.get(THINGS, "1")
    store.close()
