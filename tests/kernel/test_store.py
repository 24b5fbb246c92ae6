"""What every store refuses, and what it promises about transactions and worlds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mockserver.kernel.store.protocol import (
    DuplicateKey,
    FrozenWorld,
    Index,
    Kind,
    MissingRow,
    Store,
    StoreError,
    Transaction,
    UnknownWorld,
)
from mockserver.kernel.store.query import And, Compare, Eq, Greater, Less, Like, Order, Page, QueryError, holds
from tests.kernel.stores import CODE, NAME, NOTES, PARENT, RANK, THINGS, UNIQUE_CODE, UNIQUE_NAME, Note, Thing


@pytest.fixture
def store(make_store: Callable[[], Store]) -> Store:
    """An empty store with one world, ``w``."""
    made = make_store()
    made.create("w")
    return made


def insert(store: Store, world: str, *rows: Thing) -> None:
    """Put rows into a world."""
    with store.transaction(world) as transaction:
        for row in rows:
            transaction.insert(THINGS, row)


def keys(store: Store, world: str) -> list[str]:
    """The primary keys in a world."""
    return list(store.dump(world).get("test.thing", {}))


@pytest.mark.parametrize("name", ["a\0b", "\0", "\udcff", "'; DROP TABLE worlds; --", '"', "%s", ":name"])
def test_a_strange_name_is_that_of_no_world(store: Store, name: str) -> None:
    assert not store.exists(name)
    with pytest.raises(UnknownWorld, match="no world"):
        store.transaction(name)


@pytest.mark.parametrize("key", ["'; DROP TABLE rows; --", '"', "%s", "%(key)s", ":key", "{chain}", "ä\U0001f600", ""])
def test_a_strange_key_is_a_key(store: Store, key: str) -> None:
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, Thing(key, name=key, parent=key, code=key))
        assert transaction.select(THINGS, And(Eq(PARENT, key), Eq(CODE, key)), order=(Order(NAME),)) == [
            Thing(key, name=key, parent=key, code=key)
        ]
    assert keys(store, "w") == [key]


def test_a_failed_transaction_leaves_no_trace(store: Store) -> None:
    insert(store, "w", Thing("1", name="a", parent="p", code="x"), Thing("2"))
    before = store.dump("w")
    with suppress(ZeroDivisionError), store.transaction("w") as transaction:
        transaction.delete(THINGS, "2")
        transaction.replace(THINGS, Thing("1", name="b", parent="p"))
        transaction.insert(THINGS, Thing("3", name="a", parent="p", code="x"))
        assert transaction.next_number("sid") == 1
        raise ZeroDivisionError
    assert store.dump("w") == before
    with store.transaction("w") as transaction:
        assert transaction.find(UNIQUE_CODE, "x") == Thing("1", name="a", parent="p", code="x")
        assert transaction.next_number("sid") == 1


def test_a_transaction_reads_its_own_writes(store: Store) -> None:
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, Thing("1", name="a", parent="p"))
        assert transaction.select(THINGS, Eq(PARENT, "p"), order=(Order(NAME),)) == [Thing("1", "a", "p")]
        transaction.replace(THINGS, Thing("1", name="a", parent="q"))
        assert transaction.count(THINGS, Eq(PARENT, "p")) == 0
        transaction.delete(THINGS, "1")
        assert transaction.get(THINGS, "1") is None


@pytest.mark.parametrize(
    ("row", "attributes", "values"),
    [
        (Thing("1"), ("id",), ("1",)),
        (Thing("2", name="a", parent="p"), ("parent", "name"), ("p", "a")),
        (Thing("2", code="x"), ("code",), ("x",)),
    ],
)
def test_a_taken_key_is_refused_and_nothing_changes(
    store: Store, row: Thing, attributes: tuple[str, ...], values: tuple[str, ...]
) -> None:
    insert(store, "w", Thing("1", name="a", parent="p", code="x"))
    with store.transaction("w") as transaction:
        with pytest.raises(DuplicateKey) as caught:
            transaction.insert(THINGS, row)
        assert transaction.count(THINGS) == 1
    assert (caught.value.kind, caught.value.attributes, caught.value.values) == ("test.thing", attributes, values)
    assert f"{attributes[-1]}={values[-1]!r}" in str(caught.value)


def test_rows_without_a_value_are_exempt_from_uniqueness(store: Store) -> None:
    insert(store, "w", Thing("1", parent="p"), Thing("2", parent="p"), Thing("3", name="a"), Thing("4", name="a"))
    assert keys(store, "w") == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "act", [lambda store: store.delete(THINGS, "9"), lambda store: store.replace(THINGS, Thing("9"))]
)
def test_a_missing_row_is_named(store: Store, act: Callable[[Transaction], None]) -> None:
    with store.transaction("w") as transaction, pytest.raises(MissingRow, match="no row '9'"):
        act(transaction)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda store: store.find(UNIQUE_NAME, "a"), "parent.name are 2 values, not 1"),
        (lambda store: store.find(UNIQUE_CODE, None, None), "code are 1 values, not 2"),
        (lambda store: store.select(NOTES, Eq(PARENT, "p")), "test.note: 'parent' is an attribute of test.thing"),
        (lambda store: store.select(NOTES, order=(Order(NAME),)), "test.note: 'name' is an attribute of test.thing"),
        (lambda store: store.count(NOTES, And(Like(CODE, "%"))), "test.note: 'code' is an attribute of test.thing"),
        (lambda store: store.insert(THINGS, Note("1")), "a Note is no row of this kind .rows: Thing, Tool"),
        (lambda store: store.insert(NOTES, Note(7)), "number is 7, a primary key must be a string"),  # type: ignore[arg-type]
        (lambda store: store.select(THINGS, page=Page(after="9")), "no row '9'"),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, act: Callable[[Transaction], Any], message: str) -> None:
    with store.transaction("w") as transaction, pytest.raises(StoreError, match=message):
        act(transaction)


UNKEPT = ["a\0b", "\0", "\ud800", "a\udfff", 2**63, -(2**63) - 1, float("nan"), float("inf"), b"bytes", ["list"]]


@pytest.mark.parametrize("attribute", ["name", "parent", "rank", "code", "note"])
@pytest.mark.parametrize("value", UNKEPT)
def test_a_value_no_store_keeps_is_refused_and_nothing_changes(store: Store, attribute: str, value: Any) -> None:
    with store.transaction("w") as transaction:
        with pytest.raises(QueryError, match=r"no store keeps|64 bits|cannot be put in order"):
            transaction.insert(THINGS, replace(Thing("1", parent="p"), **{attribute: value}))
        assert transaction.count(THINGS) == 0
        transaction.insert(THINGS, Thing("1", parent="p"))
        with pytest.raises(QueryError):
            transaction.replace(THINGS, replace(Thing("1", parent="p"), **{attribute: value}))
        assert transaction.get(THINGS, "1") == Thing("1", parent="p")
        transaction.delete(THINGS, "1")
        assert transaction.select(THINGS, Eq(PARENT, "p"), order=(Order(NAME),)) == []


@pytest.mark.parametrize("key", ["a\0b", "\ud800"])
@pytest.mark.parametrize(
    "act",
    [
        lambda store, key: store.get(THINGS, key),
        lambda store, key: store.find(UNIQUE_CODE, key),
        lambda store, key: store.find(UNIQUE_NAME, None, key),
        lambda store, key: store.insert(THINGS, Thing(key)),
        lambda store, key: store.replace(THINGS, Thing(key)),
        lambda store, key: store.delete(THINGS, key),
        lambda store, key: store.select(THINGS, page=Page(after=key)),
    ],
)
def test_a_key_no_store_keeps_is_refused(store: Store, act: Callable[[Transaction, str], Any], key: str) -> None:
    insert(store, "w", Thing("1"))
    with store.transaction("w") as transaction:
        with pytest.raises(QueryError, match="which no store keeps"):
            act(transaction, key)
        assert transaction.count(THINGS) == 1


@pytest.mark.parametrize("value", UNKEPT)
def test_no_condition_names_a_value_no_store_keeps(value: Any) -> None:
    with pytest.raises(QueryError):
        Eq(NAME, value)
    with pytest.raises(QueryError):
        Less(NAME, value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Eq("name", "a"), "'name' is no attribute of a kind; take it from one: KIND.attribute.'name'."),  # type: ignore[arg-type]
        (lambda: Greater("name", "a"), "'name' is no attribute of a kind"),  # type: ignore[arg-type]
        (lambda: Like("name", "a"), "'name' is no attribute of a kind"),  # type: ignore[arg-type]
        (lambda: Order("name"), "'name' is no attribute of a kind"),  # type: ignore[arg-type]
        (lambda: Like(NAME, "a\0%"), "holds a NUL character, which no store keeps"),
        (lambda: Compare(RANK, 1), "Compare is no relation; use one: Less, AtMost, Greater, AtLeast$"),
        (lambda: Less(RANK, None), "None is neither less nor greater"),  # type: ignore[arg-type]
        (lambda: Like(NAME, "a\\"), "ends in a single backslash"),
        (lambda: Page(limit=-1), "limit -1 and offset 0: neither may be negative"),
        (lambda: Page(offset=-2), "limit None and offset -2: neither may be negative"),
    ],
)
def test_a_malformed_query_is_refused_when_it_is_made(make: Callable[[], object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        make()


def test_a_hostile_pattern_costs_no_more_than_a_plain_one(store: Store) -> None:
    """Backtracking over this pattern would take years."""
    assert not holds(Like(NAME, "%a" * 40 + "%b"), Thing("1", name="a" * 5_000))
    assert holds(Like(NAME, "%a" * 40 + "%"), Thing("1", name="a" * 5_000))


@dataclass(frozen=True, slots=True)
class Listed:
    """A row with an attribute that is no scalar."""

    id: str
    words: tuple[str, ...] = ()


DECLARED = "code, id, name, note, parent, rank"


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: Kind("k", Thing, key="number"), "k: no attribute 'number'"),
        (lambda: Kind("k", Thing, unique=(("nmae",),)), "no attribute 'nmae' .did you mean 'name'"),
        (lambda: Kind("k", Thing, indexes=(Index(("parent",), "weight"),)), "no attribute 'weight'"),
        (lambda: Kind("k", Thing, unique=(("name", "name"),)), "name.name names an attribute twice"),
        (lambda: Kind("k", Listed, key="words"), "k: 'words' holds no scalar and cannot be compared"),
        (lambda: Kind("k", Listed).attribute("words"), "k: 'words' holds no scalar and cannot be compared"),
        (lambda: THINGS.attribute("parnt"), f"no attribute 'parnt' .did you mean 'parent'.*; declared: {DECLARED}$"),
        (lambda: THINGS.attribute("weight"), f"no attribute 'weight'; declared: {DECLARED}$"),
        (lambda: THINGS.unique_key("name"), "name is not declared unique; declared: code, parent.name$"),
        (
            lambda: THINGS.unique_key("name", "parent"),
            "name.parent is not declared unique; declared: code, parent.name$",
        ),
        (lambda: NOTES.unique_key("text"), "text is not declared unique; declared: none$"),
    ],
)
def test_a_wrong_declaration_is_refused_when_it_is_made(declare: Callable[[], object], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        declare()


def test_two_kinds_of_one_name_are_refused(store: Store) -> None:
    insert(store, "w", Thing("1"))
    other = Kind("test.thing", Note, key="number")
    with store.transaction("w") as transaction, pytest.raises(StoreError, match="two different kinds are named"):
        transaction.insert(other, Note("1"))


def test_transactions_do_not_nest(store: Store) -> None:
    with store.transaction("w") as outer:
        with pytest.raises(StoreError, match="do not nest"), store.transaction("w"):
            pass
        outer.insert(THINGS, Thing("1"))
    assert keys(store, "w") == ["1"]


def test_a_transaction_ends_with_its_block(store: Store) -> None:
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, Thing("1"))
    with pytest.raises(StoreError, match="not open"):
        transaction.get(THINGS, "1")
    with pytest.raises(StoreError, match="not open"):
        transaction.delete(THINGS, "1")
    assert keys(store, "w") == ["1"]


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.fork("w", "x"),
        lambda store: store.freeze("w"),
        lambda store: store.drop("w"),
        lambda store: store.restore("w", "other"),
        lambda store: store.restore("other", "w"),
    ],
)
def test_a_world_stays_as_it_is_while_a_transaction_is_under_way(store: Store, act: Callable[[Store], None]) -> None:
    store.create("other")
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, Thing("1"))
        with pytest.raises(StoreError, match="while a transaction on it is under way"):
            act(store)
    assert store.worlds() == ["other", "w"]
    assert keys(store, "w") == ["1"]
    assert not store.frozen("w")


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda store: store.transaction("v"), "no world 'v' .did you mean 'w'|no world 'v' .known: w"),
        (lambda store: store.fork("v", "x"), "no world 'v'"),
        (lambda store: store.fork("w", "w"), "world 'w' exists already"),
        (lambda store: store.create("w"), "world 'w' exists already"),
        (lambda store: store.freeze("v"), "no world 'v'"),
        (lambda store: store.frozen("v"), "no world 'v'"),
        (lambda store: store.drop("v"), "no world 'v'"),
        (lambda store: store.dump("v"), "no world 'v'"),
        (lambda store: store.restore("w", "v"), "no world 'v'"),
        (lambda store: store.restore("v", "w"), "no world 'v'"),
    ],
)
def test_a_wrong_world_is_refused(store: Store, act: Callable[[Store], Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        act(store)
    assert store.worlds() == ["w"]


def test_a_snapshot_refuses_writes_and_can_be_forked_and_dropped(store: Store) -> None:
    insert(store, "w", Thing("1"))
    store.fork("w", "snapshot")
    store.freeze("snapshot")
    store.fork("snapshot", "fork")
    with pytest.raises(FrozenWorld, match="snapshot and cannot be changed"):
        insert(store, "snapshot", Thing("2"))
    with pytest.raises(FrozenWorld, match="snapshot and cannot be changed"):
        store.restore("snapshot", "w")
    insert(store, "fork", Thing("2"))
    store.drop("snapshot")
    insert(store, "fork", Thing("3"))
    assert (keys(store, "w"), keys(store, "fork")) == (["1"], ["1", "2", "3"])


def test_a_world_can_be_restored_from_itself(store: Store) -> None:
    insert(store, "w", Thing("1"))
    store.restore("w", "w")
    insert(store, "w", Thing("2"))
    assert keys(store, "w") == ["1", "2"]


def test_numbers_go_on_in_a_fork_and_apart_from_its_origin(store: Store) -> None:
    with store.transaction("w") as transaction:
        assert [transaction.next_number("sid") for _ in range(3)] == [1, 2, 3]
    store.fork("w", "fork")
    for world in ("fork", "w"):
        with store.transaction(world) as transaction:
            assert transaction.next_number("sid") == 4
            assert transaction.next_number("other") == 1


def test_rows_come_in_one_order_however_they_are_asked_for(store: Store) -> None:
    """`None` first, then numbers (a bool is one), then strings; ties by primary key in the direction of the order."""
    ranks = {"5": "b", "3": None, "4": 2, "1": True, "2": 1, "6": None, "7": 1.5}
    insert(store, "w", *(Thing(key, rank=rank) for key, rank in ranks.items()))
    with store.transaction("w") as transaction:
        up = [row.id for row in transaction.select(THINGS, order=(Order(RANK),))]
        down = [row.id for row in transaction.select(THINGS, order=(Order(RANK, descending=True),))]
    assert up == ["3", "6", "1", "2", "7", "4", "5"]
    assert down == up[::-1]


def test_a_fork_and_its_origin_go_apart_in_every_look_up(store: Store) -> None:
    """Each writes to a look-up's group that the other has not touched since the fork."""
    insert(store, "w", Thing("1", parent="p", name="a"), Thing("2", parent="q", name="b"))
    store.fork("w", "fork")
    insert(store, "fork", Thing("3", parent="p", name="c"))
    insert(store, "w", Thing("4", parent="q", name="d"))
    expected = {"w": {"p": ["1"], "q": ["2", "4"]}, "fork": {"p": ["1", "3"], "q": ["2"]}}
    for world, parents in expected.items():
        with store.transaction(world) as transaction:
            for parent, found in parents.items():
                rows = transaction.select(THINGS, Eq(PARENT, parent), order=(Order(NAME),))
                assert [row.id for row in rows] == found
