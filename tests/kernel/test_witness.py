"""Stamps and witnesses: what was decided from rows stands until one of them is another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Store, StoreError, Transaction
from mockserver.kernel.store.query import Eq
from mockserver.kernel.store.witness import Witness
from tests.kernel.stores import NOTES, PARENT, THINGS, UNIQUE_CODE, Note, Thing

FIRST, SECOND = Thing("1", name="a", parent="p", code="x"), Thing("2", name="b", parent="p")

CHANGES: dict[str, Callable[[Transaction], None]] = {
    "insert": lambda transaction: transaction.insert(THINGS, Thing("3")),
    "replace": lambda transaction: transaction.replace(THINGS, Thing("1", name="c", parent="p", code="x")),
    "delete": lambda transaction: transaction.delete(THINGS, "1"),
}
SEARCHES: dict[str, Callable[[Transaction], object]] = {
    "find": lambda transaction: transaction.find(UNIQUE_CODE, "x"),
    "select": lambda transaction: transaction.select(THINGS, Eq(PARENT, "p")),
    "count": lambda transaction: transaction.count(THINGS),
}


@pytest.fixture
def store(make_store: Callable[[], Store]) -> Store:
    """A store with two things in the world ``w``."""
    made = make_store()
    made.create("w")
    with made.transaction("w") as transaction:
        transaction.insert(THINGS, FIRST)
        transaction.insert(THINGS, SECOND)
    return made


def seen(store: Store, read: Callable[[Transaction], object]) -> Witness:
    """A witness of what was read in a transaction."""
    with store.transaction("w") as transaction:
        witness = Witness(transaction)
        read(witness)
        witness.release()
    return witness


def stands(store: Store, witness: Witness, world: str = "w") -> bool:
    """Whether it stands in a transaction of its own."""
    with store.transaction(world) as transaction:
        return witness.stands(transaction)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("change", CHANGES)
def test_a_search_stands_until_its_kind_changes(store: Store, search: str, change: str) -> None:
    witness = seen(store, SEARCHES[search])
    assert stands(store, witness)
    with store.transaction("w") as transaction:
        CHANGES[change](transaction)
        assert not witness.stands(transaction)
    assert not stands(store, witness)


@pytest.mark.parametrize(("change", "key"), [("insert", "3"), ("replace", "1"), ("delete", "1")])
def test_a_row_read_by_its_key_stands_until_it_changes(store: Store, change: str, key: str) -> None:
    witness = seen(store, lambda transaction: transaction.get(THINGS, key))
    assert stands(store, witness)
    with store.transaction("w") as transaction:
        CHANGES[change](transaction)
    assert not stands(store, witness)


def test_a_row_stands_among_others_that_change() -> None:
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, FIRST)
    witness = seen(store, lambda transaction: transaction.get(THINGS, "1"))
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, SECOND)
    assert stands(store, witness)


def test_what_was_rolled_back_leaves_no_stamp_of_its_own(store: Store) -> None:
    def broken() -> None:
        with store.transaction("w") as transaction:
            transaction.delete(THINGS, "1")
            witnesses.append(Witness(transaction))
            witnesses[0].count(THINGS)
            raise ZeroDivisionError

    witnesses: list[Witness] = []
    with pytest.raises(ZeroDivisionError):
        broken()
    assert not stands(store, witnesses[0])


@pytest.mark.parametrize("search", SEARCHES)
def test_what_was_seen_in_one_world_does_not_stand_in_another_state(store: Store, search: str) -> None:
    store.fork("w", "before")
    with store.transaction("w") as transaction:
        transaction.delete(THINGS, "1")
    witness = seen(store, SEARCHES[search])
    assert not stands(store, witness, "before")
    store.restore("w", "before")
    assert not stands(store, witness)


def test_a_world_made_anew_under_an_old_name_is_another(store: Store) -> None:
    witness = seen(store, lambda transaction: transaction.count(THINGS))
    store.drop("w")
    store.create("w")
    assert not stands(store, witness)


@pytest.mark.parametrize(
    "act",
    [
        lambda witness: witness.insert(NOTES, Note("1")),
        lambda witness: witness.replace(NOTES, Note("1")),
        lambda witness: witness.delete(NOTES, "1"),
        lambda witness: witness.next_number("n"),
    ],
)
def test_a_witness_changes_nothing(store: Store, act: Callable[[Transaction], object]) -> None:
    with store.transaction("w") as transaction, pytest.raises(StoreError, match="nothing may be changed"):
        act(Witness(transaction))
