"""The stores beside each other: ``python -m bench.stores [--rows N] ADDRESS...``.

One table, microseconds, the median of many calls: first the store in memory, then the one at each address, which must
be an empty database. The decisions taken on these figures are docs/decisions/0003-sql-store.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import perf_counter

from bench.store import BY_NAME, PERSONS, person
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Store
from mockserver.kernel.store.query import And, Compare, Eq, Order, Page

BATCH = 10_000
CALLS = 200
DEEP = 5


class Case:
    """One store with so many persons in the world ``w``; nothing is remembered between two calls of a measurement."""

    def __init__(self, store: Store, size: int) -> None:
        self.store, self.size, self.made = store, size, 0
        store.create("w")
        for first in range(0, size, BATCH):
            with store.transaction("w", writing=True) as transaction:
                for number in range(first, min(first + BATCH, size)):
                    transaction.insert(PERSONS, person(number, size))

    def forget(self) -> None:
        """As a process that sees the world for the first time."""
        memories = getattr(self.store, "_memories", None)
        if memories is not None:
            memories.by_name.clear()

    def get(self, world: str = "w") -> None:
        """One row by key."""
        with self.store.transaction(world) as transaction:
            transaction.get(PERSONS, f"{self._scattered():08}")

    def page(self, world: str = "w") -> None:
        """Rows 20 to 40 of one group, in its declared order."""
        with self.store.transaction(world) as transaction:
            transaction.select(PERSONS, Eq("parent", f"ou {self._scattered() % 100}"), order=BY_NAME, page=Page(20, 20))

    def two(self) -> None:
        """Two declared attributes that no look-up has together, 20 rows."""
        where = And(Eq("parent", f"ou {self._scattered() % 100}"), Eq("age", self._scattered() % 50))
        with self.store.transaction("w") as transaction:
            transaction.select(PERSONS, where, order=BY_NAME, page=Page(20))

    def behind(self) -> None:
        """Twenty rows of all, behind a row half way."""
        with self.store.transaction("w") as transaction:
            transaction.select(PERSONS, None, order=BY_NAME, page=Page(20, after=f"{self._scattered():08}"))

    def scan(self) -> None:
        """How many meet a condition that no look-up serves."""
        with self.store.transaction("w") as transaction:
            transaction.select(PERSONS, Compare("age", ">", 48), order=(Order("parent"),), page=Page(20))

    def insert(self) -> None:
        """One row more."""
        self.made += 1
        with self.store.transaction("w", writing=True) as transaction:
            transaction.insert(PERSONS, person(self.made, self.size, suffix=f"+{self.made}"))

    def fork(self) -> None:
        """A fork, and no first write."""
        self.made += 1
        self.store.fork("w", f"fork {self.made}")

    def dig(self) -> str:
        """A fork of a fork, five deep, each with one change; the deepest one's name."""
        world = "w"
        for depth in range(DEEP):
            self.store.fork(world, f"deep {depth}")
            world = f"deep {depth}"
            with self.store.transaction(world, writing=True) as transaction:
                transaction.insert(PERSONS, person(depth, self.size, suffix=f"!{depth}"))
        return world

    def _scattered(self) -> int:
        self.made += 1
        return self.made * 104_729 % self.size


def timed(case: Case, action: Callable[[], object], calls: int = CALLS) -> float:
    """Microseconds one call takes, the median."""
    found = []
    for _ in range(calls):
        case.forget()
        start = perf_counter()
        action()
        found.append(perf_counter() - start)
    return median(found) * 1e6


def measured(store: Store, size: int) -> dict[str, float]:
    """Every figure of one store."""
    start = perf_counter()
    case = Case(store, size)
    filled = (perf_counter() - start) / size * 1e6
    found = {
        "insert one of many": filled,
        "get": timed(case, case.get),
        "page of a group": timed(case, case.page),
        "page behind a row": timed(case, case.behind),
        "two attributes": timed(case, case.two),
        "no look-up, sorted": timed(case, case.scan, 5),
        "insert": timed(case, case.insert),
        "fork": timed(case, case.fork, 15),
    }
    deep = case.dig()
    found[f"get, {DEEP} deep"] = timed(case, lambda: case.get(deep))
    found[f"page, {DEEP} deep"] = timed(case, lambda: case.page(deep))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("addresses", nargs="*")
    given = parser.parse_args()
    columns = {"memory": measured(MemoryStore(), given.rows)}
    for address in given.addresses:
        from mockserver.kernel.store.sql.opening import open_store

        store = open_store(address, [PERSONS])
        columns[store.database.name] = measured(store, given.rows)
        store.close()
    print(f"| {given.rows} rows, microseconds | {' | '.join(columns)} |")
    print(f"| --- |{' ---: |' * len(columns)}")
    for line in columns["memory"]:
        print(f"| {line} | {' | '.join(f'{column[line]:.0f}' for column in columns.values())} |")


if __name__ == "__main__":
    main()
