"""What the memory store costs, and what other structures in its place would cost: ``python -m bench.store``.

Prints one table, microseconds, best of several runs: the store itself; a HAMT (package ``immutables``, left out when it
is not installed) with the same look-ups; and one plain sorted list in the place of chunks. The decision taken on these
figures is docs/decisions/0002-memory-store.md.
"""

from __future__ import annotations

import importlib
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import And, Condition, Eq, Greater, Like, Order, Page
from mockserver.kernel.store.sorted import Entry, SortedEntries
from mockserver.kernel.store.table import Table

SIZES = (1_000, 100_000)
RUNS = 5
GROUPS = 100


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the size of a directory entry's core."""

    id: str
    name: str
    parent: str
    age: int


PERSONS: Kind[Person] = Kind(
    "bench.person",
    Person,
    unique=(("parent", "name"),),
    indexes=(Index((), "name"), Index((), "id"), Index(("parent",), "name"), Index(("age",), "name")),
)
ID, NAME = PERSONS.attribute("id"), PERSONS.attribute("name")
PARENT, AGE = PERSONS.attribute("parent"), PERSONS.attribute("age")
BY_NAME = (Order(NAME),)


def person(number: int, size: int, suffix: str = "", groups: int = GROUPS) -> Person:
    """Person number so many, in an order that is not the one of creation."""
    scattered = number * 7919 % size
    return Person(f"{scattered:08}{suffix}", f"name {scattered:08}{suffix}", f"ou {number % groups}", number % 50)


def best(action: Callable[[], object], times: int) -> float:
    """Microseconds one call takes: the fastest of some runs of so many calls."""
    return min(_run(action, times) for _ in range(RUNS)) / times * 1e6


def _run(action: Callable[[], object], times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        action()
    return perf_counter() - start


class StoreCase:
    """The memory store with so many persons."""

    def __init__(self, size: int) -> None:
        self.size, self.made = size, 0
        self.store = MemoryStore()
        self.store.create("w")
        with self.store.transaction("w") as transaction:
            for number in range(size):
                transaction.insert(PERSONS, person(number, size))
        self.read()

    def get(self) -> None:
        """One transaction, one row by key."""
        with self.store.transaction("w") as transaction:
            transaction.get(PERSONS, "00000500")

    def insert(self) -> None:
        """One transaction, one row with four look-ups and a unique pair; they are sorted at the next read."""
        self.made += 1
        with self.store.transaction("w") as transaction:
            transaction.insert(PERSONS, person(self.made, self.size, f"-{self.made}"))

    def insert_and_read(self) -> None:
        """The same, and a page of each look-up the row is in: all that was put off is done."""
        self.insert()
        row = person(self.made, self.size)
        self.select(None, Page(1))
        self.select(None, Page(1), Order(ID))
        self.select(Eq(PARENT, row.parent), Page(1))
        self.select(Eq(AGE, row.age), Page(1))

    def read(self) -> None:
        """A row of each look-up, so that it is sorted."""
        self.select(None, Page(1))
        self.select(None, Page(1), Order(ID))
        for number in range(GROUPS):
            self.select(Eq(PARENT, f"ou {number}"), Page(1))
            self.select(Eq(AGE, number), Page(1))

    def first_write(self) -> float:
        """Microseconds of a fork and the first write in it."""
        new = person(1, self.size, "-fork")
        start = perf_counter()
        self.store.fork("w", "fork")
        with self.store.transaction("fork") as transaction:
            transaction.insert(PERSONS, new)
        taken = perf_counter() - start
        self.store.drop("fork")
        return taken * 1e6

    def select(self, where: Condition | None, page: Page, order: Order = BY_NAME[0]) -> None:
        """One page of a query."""
        with self.store.transaction("w") as transaction:
            transaction.select(PERSONS, where, order=(order,), page=page)


class HamtCase:
    """The same rows and look-ups in persistent maps: a fork is a reference, a write makes new roots.

    Its groups are those of the memory store, copied at their first change after a fork.
    """

    def __init__(self, size: int, map_type: Callable[..., Any]) -> None:
        self.size, self.made = size, 0
        table: Table[Person] = Table(PERSONS)
        for number in range(size):
            table.insert(person(number, size))
        for lookup in table.lookups:
            for group in lookup._groups.values():
                group.window(0, 1)
        self.rows = map_type(table.rows)
        self.unique = map_type(table.uniques[0].taken)
        self.groups = [map_type(lookup._groups) for lookup in table.lookups]
        self.lookups, self.owner = table.lookups, object()
        self.claim = table.uniques[0].claim

    def get(self) -> None:
        """One row by key."""
        self.rows.get("00000500")

    def insert(self) -> None:
        """One row with four look-ups and a unique pair."""
        self.made += 1
        row = person(self.made, self.size, f"-{self.made}")
        self.rows = self.rows.set(row.id, row)
        self.unique = self.unique.set(self.claim(row), row.id)
        for number, lookup in enumerate(self.lookups):
            values, entry = lookup.place(row.id, row)
            group = self.groups[number][values]
            if group.owner is not self.owner:
                group = group.copy(self.owner)
                self.groups[number] = self.groups[number].set(values, group)
            group.add(entry)

    def first_write(self) -> float:
        """Microseconds of a fork and the first write in it."""
        kept = self.rows, self.unique, self.groups.copy()
        start = perf_counter()
        self.owner = object()
        self.insert()
        taken = perf_counter() - start
        self.rows, self.unique, self.groups = kept
        return taken * 1e6

    def scan(self) -> int:
        """All rows against one comparison."""
        return sum(1 for row in self.rows.values() if row.age > 48)


def structures(size: int) -> dict[str, float]:
    """The alternatives: cost by what is done."""
    found: dict[str, float] = {}
    entries: list[Entry] = sorted((2, f"name {number:08}", f"{number:08}") for number in range(size))
    middle: Entry = (2, f"name {size // 2:08}-", "new")

    def into_list() -> None:
        insort(entries, middle)
        del entries[size // 2 + 1]

    found["into a plain sorted list, and out"] = best(into_list, 500)
    chunks = SortedEntries(None)
    for entry in entries:
        chunks.add(entry)

    def into_chunks() -> None:
        chunks.add(middle)
        chunks.remove(middle)

    found["into sorted chunks, and out"] = best(into_chunks, 500)
    try:
        hamt = HamtCase(size, importlib.import_module("immutables").Map)
    except ImportError:
        return found
    found["HAMT: get"] = best(hamt.get, 20_000)
    found["HAMT: insert, 4 look-ups"] = best(hamt.insert, 1_000)
    found["HAMT: fork + first write"] = min(hamt.first_write() for _ in range(20))
    found["HAMT: count by one comparison, no look-up"] = best(hamt.scan, 3)
    return found


def store(size: int) -> dict[str, float]:
    """The memory store: cost by what is done."""
    case, half = StoreCase(size), Page(20, size // 2)

    def select(where: Condition | None, page: Page, times: int) -> float:
        return best(lambda: case.select(where, page), times)

    found = {
        "transaction + get": best(case.get, 20_000),
        "page of 20 at the start": select(None, Page(20), 1_000),
        "page of 20 half way": select(None, half, 1_000),
        "page of 20 behind a row half way": select(None, Page(20, after=f"{size // 2:08}"), 1_000),
        "page of 20 of one parent": select(Eq(PARENT, "ou 3"), Page(20), 1_000),
        "page of 20, two declared equalities": select(And(Eq(PARENT, "ou 3"), Eq(AGE, 3)), Page(20), 200),
        "page of 20, pattern, no look-up": select(Like(NAME, "%99%"), Page(20), 5),
        "count by one comparison, no look-up": best(lambda: _count(case), 3),
        "fork + first write": min(case.first_write() for _ in range(20)),
    }
    found["insert, 4 look-ups"] = best(case.insert, 1_000)
    found["insert and read each look-up"] = best(case.insert_and_read, 300)
    return found


def _count(case: StoreCase) -> None:
    with case.store.transaction("w") as transaction:
        transaction.count(PERSONS, Greater(AGE, 48))


def main() -> None:
    """Measure and print."""
    columns = [{**store(size), **structures(size)} for size in SIZES]
    print(f"{'microseconds':<45}", *(f"{size:>12,} rows" for size in SIZES))
    for name in columns[0]:
        print(f"{name:<45}", *(f"{column[name]:>17,.2f}" for column in columns))


if __name__ == "__main__":
    main()
