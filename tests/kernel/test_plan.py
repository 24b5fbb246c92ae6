"""Queries of the memory store take the look-up they should, and cost what they should."""

from __future__ import annotations

import pytest

from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.plan import best_path
from mockserver.kernel.store.protocol import Transaction
from mockserver.kernel.store.query import And, Attribute, Condition, Eq, Greater, Less, Or, Order, Page, equalities_of
from mockserver.kernel.store.table import Table
from tests.kernel.stores import CODE, ID, NAME, PARENT, RANK, THINGS, Thing


@pytest.fixture(scope="module")
def table() -> Table[Thing]:
    """90 rows: parent ``p`` has 60, rank 1 has 9."""
    table = Table(THINGS)
    for number in range(90):
        parent = "q" if number % 3 == 0 else "p"
        table.insert(Thing(f"{number:02}", name=f"n{number:02}", parent=parent, rank=number % 10, code=f"c{number}"))
    return table


@pytest.mark.parametrize(
    ("where", "order", "by", "serves", "covers"),
    [
        (None, NAME, (), True, True),
        (None, ID, (), True, True),
        (Eq(PARENT, "p"), NAME, ("parent",), True, True),
        (Eq(PARENT, "p"), CODE, ("parent",), False, True),
        (And(Eq(PARENT, "p"), Eq(RANK, 1)), NAME, ("rank",), True, False),
        (And(Eq(PARENT, "p"), Eq(RANK, 1)), CODE, ("rank", "parent"), True, True),
        (And(Eq(PARENT, "p"), Greater(RANK, 1)), NAME, ("parent",), True, False),
        (And(Eq(PARENT, "p"), Eq(PARENT, "q")), NAME, ("parent",), True, False),
        (Greater(RANK, 1), NAME, (), True, False),
    ],
)
def test_the_cheapest_path_is_taken(
    table: Table[Thing], where: Condition | None, order: Attribute, by: tuple[str, ...], serves: bool, covers: bool
) -> None:
    path = best_path(table, where, equalities_of(where), (Order(order),))
    assert path is not None
    assert (path.lookup.by, path.serves, path.covers) == (by, serves, covers)


@pytest.mark.parametrize("where", [None, Greater(RANK, 1), Or(Eq(PARENT, "p"), Eq(PARENT, "q"))])
def test_without_a_useful_index_all_rows_are_looked_at(table: Table[Thing], where: Condition | None) -> None:
    assert best_path(table, where, equalities_of(where), (Order(CODE),)) is None


def test_a_small_group_to_sort_beats_a_large_one_in_order() -> None:
    table = Table(THINGS)
    for number in range(50):
        table.insert(Thing(f"{number:02}", rank=number, parent="p"))
    where = And(Eq(PARENT, "p"), Eq(RANK, 7))
    path = best_path(table, where, equalities_of(where), (Order(RANK),))
    assert path is not None
    assert path.lookup.by in {("rank",), ("rank", "parent")}
    assert len(path.group) == 1


class Counting(dict[str, Thing]):
    """A table's rows that count how often one is fetched."""

    fetched = 0

    def __getitem__(self, key: str) -> Thing:
        self.fetched += 1
        return super().__getitem__(key)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("page", [Page(5), Page(5, offset=80), Page(5, after="44"), Page(5, offset=3, after="44")])
def test_a_page_fetches_its_own_rows_only(table: Table[Thing], descending: bool, page: Page) -> None:
    store, world = MemoryStore(), "w"
    store.create(world)
    with store.transaction(world) as transaction:
        rows = _counted(transaction, table)
        found = transaction.select(THINGS, order=(Order(NAME, descending),), page=page)
    assert rows.fetched == len(found) == 5


def _counted(transaction: Transaction, table: Table[Thing]) -> Counting:
    for row in table.rows.values():
        transaction.insert(THINGS, row)
    own = transaction._world.table(THINGS)  # type: ignore[attr-defined]
    own.rows = Counting(own.rows)
    counting: Counting = own.rows
    return counting


def test_a_write_copies_a_shared_table_once_and_an_unshared_one_never() -> None:
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, Thing("1"))
    first = _table(store, "w")
    store.fork("w", "fork")
    assert _table(store, "fork") is first
    with store.transaction("fork") as transaction:
        transaction.insert(THINGS, Thing("2"))
    own = _table(store, "fork")
    with store.transaction("fork") as transaction:
        transaction.insert(THINGS, Thing("3"))
    with store.transaction("w") as transaction:
        transaction.insert(THINGS, Thing("4"))
    assert own is not first
    assert (_table(store, "fork"), _table(store, "w")) == (own, first)


def _table(store: MemoryStore, world: str) -> object:
    return store._worlds[world].tables["test.thing"]


def test_a_pinned_unique_group_is_one_look_up(table: Table[Thing]) -> None:
    store = MemoryStore()
    store.create("w")
    where = And(Eq(CODE, "c44"), Less(RANK, 5))
    with store.transaction("w") as transaction:
        rows = _counted(transaction, table)
        assert [row.id for row in transaction.select(THINGS, where)] == ["44"]
        assert transaction.count(THINGS, where) == 1
    assert rows.fetched == 0
