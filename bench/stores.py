"""The stores beside each other: ``python -m bench.stores [--rows N] [--to N] ADDRESS...``.

Two tables, microseconds, the median of many calls: first the store in memory, then the one at each address, which must
be an empty database. The first table shows what things cost, the second how a row, a declared filter that always finds
as many rows, and a page grow with the table. The decisions taken on these figures are docs/decisions/0004-sql-store.md.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from bench.store import AGE, BY_NAME, GROUPS, PARENT, PERSONS, person
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Store
from mockserver.kernel.store.query import And, Eq, Greater, Order, Page

BATCH = 10_000
CALLS = 200
DEEP = 5

#: Rows of each group where the table grows, and the number of rows it grows from.
GROUP, FROM = 100, 1_000


class Case:
    """A world of one store with so many persons in so many groups; nothing is remembered between two calls of a
    measurement. ``bulk`` fills it past the store."""

    def __init__(self, store: Store, size: int, *, world: str = "w", groups: int = GROUPS, bulk: bool = False) -> None:
        self.store, self.size, self.world, self.groups, self.made = store, size, world, groups, 0
        store.create(world)
        slow = 1 if bulk else size
        for first in range(0, slow, BATCH):
            with store.transaction(world, writing=True) as transaction:
                for number in range(first, min(first + BATCH, slow)):
                    transaction.insert(PERSONS, person(number, size, groups=groups))
        if bulk:
            from bench.bulk import fill

            database: Any = store
            fill(database, world, PERSONS, (person(number, size, groups=groups) for number in range(1, size)))

    def forget(self) -> None:
        """As a process that sees the world for the first time."""
        memories = getattr(self.store, "_memories", None)
        if memories is not None:
            memories.by_name.clear()

    def get(self, world: str = "") -> None:
        """One row by key."""
        with self.store.transaction(world or self.world) as transaction:
            transaction.get(PERSONS, f"{self._scattered():08}")

    def page(self, world: str = "") -> None:
        """Rows 20 to 40 of one group, in its declared order."""
        where = Eq(PARENT, f"ou {self._scattered() % self.groups}")
        with self.store.transaction(world or self.world) as transaction:
            transaction.select(PERSONS, where, order=BY_NAME, page=Page(20, 20))

    def warm(self) -> None:
        """Read every group once: what a store puts off until then is done."""
        with self.store.transaction(self.world) as transaction:
            for number in range(self.groups):
                transaction.select(PERSONS, Eq(PARENT, f"ou {number}"), order=BY_NAME)

    def filter(self) -> None:
        """All rows of one group."""
        where = Eq(PARENT, f"ou {self._scattered() % self.groups}")
        with self.store.transaction(self.world) as transaction:
            transaction.select(PERSONS, where, order=BY_NAME)

    def two(self) -> None:
        """Two declared attributes that no look-up has together, 20 rows."""
        where = And(Eq(PARENT, f"ou {self._scattered() % self.groups}"), Eq(AGE, self._scattered() % 50))
        with self.store.transaction(self.world) as transaction:
            transaction.select(PERSONS, where, order=BY_NAME, page=Page(20))

    def behind(self) -> None:
        """Twenty rows of all, behind a row half way."""
        with self.store.transaction(self.world) as transaction:
            transaction.select(PERSONS, None, order=BY_NAME, page=Page(20, after=f"{self._scattered():08}"))

    def scan(self) -> None:
        """How many meet a condition that no look-up serves."""
        with self.store.transaction(self.world) as transaction:
            transaction.select(PERSONS, Greater(AGE, 48), order=(Order(PARENT),), page=Page(20))

    def insert(self) -> None:
        """One row more."""
        self.made += 1
        with self.store.transaction(self.world, writing=True) as transaction:
            transaction.insert(PERSONS, person(self.made, self.size, suffix=f"+{self.made}"))

    def fork(self) -> None:
        """A fork, and no first write."""
        self.made += 1
        self.store.fork(self.world, f"fork {self.made}")

    def dig(self) -> str:
        """A fork of a fork, five deep, each with one change; the deepest one's name."""
        world = self.world
        for depth in range(DEEP):
            self.store.fork(world, f"deep {depth}")
            world = f"deep {depth}"
            with self.store.transaction(world, writing=True) as transaction:
                transaction.insert(PERSONS, person(depth, self.size, suffix=f"!{depth}"))
        return world

    def _scattered(self) -> int:
        self.made += 1
        return self.made * 104_729 % self.size


def timed(case: Case, action: Callable[[], object], calls: int = CALLS) -> tuple[float, float]:
    """Microseconds one call takes: the median, and what a quarter of the calls stay below."""
    found = []
    for _ in range(calls):
        case.forget()
        start = perf_counter()
        action()
        found.append(perf_counter() - start)
    return median(found) * 1e6, sorted(found)[len(found) // 4] * 1e6


def measured(store: Store, size: int) -> dict[str, tuple[float, float]]:
    """Every figure of one store."""
    start = perf_counter()
    Case(store, BATCH, world="filled")
    filled = (perf_counter() - start) / BATCH * 1e6
    case = Case(store, size, bulk=not isinstance(store, MemoryStore))
    case.warm()
    found = {
        "insert one of many": (filled, filled),
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


def grown(make: Callable[[], Any], size: int) -> dict[str, tuple[float, float]]:
    """What some things cost with ``FROM`` and with so many rows, on one store, measured in turns."""
    store = make()
    bulk = not isinstance(store, MemoryStore)
    cases = [
        Case(store, rows, world=f"rows {rows}", groups=rows // GROUP, bulk=bulk and rows > FROM)
        for rows in (FROM, size)
    ]
    for case in cases:
        case.warm()
    found: dict[str, tuple[float, float]] = {}
    for name in ("get", "filter", "page", "behind"):
        runs = [[timed(case, getattr(case, name), CALLS // 4)[0] for case in cases] for _ in range(8)]
        small, large = (median(column) for column in zip(*runs, strict=True))
        found[name] = small, large
    if bulk:
        store.close()
    return found


def show(title: str, columns: dict[str, dict[str, str]]) -> None:
    """One table in Markdown."""
    print(f"| {title} | {' | '.join(columns)} |")
    print(f"| --- |{' ---: |' * len(columns)}")
    for line in next(iter(columns.values())):
        print(f"| {line} | {' | '.join(column[line] for column in columns.values())} |")
    print(flush=True)


def makers(addresses: list[str]) -> dict[str, Callable[[], Any]]:
    """How to open each store, by its name."""
    found: dict[str, Callable[[], Any]] = {"memory": MemoryStore}
    for address in addresses:
        from mockserver.kernel.store.sql.opening import open_store

        found[address.partition(":")[0].partition("+")[0]] = partial(open_store, address, [PERSONS])
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the first table; 0 leaves it out")
    parser.add_argument("--to", type=int, default=1_000_000, help="rows the second table grows to; 0 leaves it out")
    parser.add_argument("addresses", nargs="*")
    given = parser.parse_args()
    stores = makers(given.addresses)
    print(f"load {os.getloadavg()[0]:.1f}\n", flush=True)
    if given.to:
        growth = {name: grown(make, given.to) for name, make in stores.items()}
        title = f"from {FROM} to {given.to} rows, microseconds"
        show(title, {name: {line: _growth(*pair) for line, pair in found.items()} for name, found in growth.items()})
    if given.rows:
        costs = {name: measured(make(), given.rows) for name, make in stores.items()}
        title = f"{given.rows} rows, microseconds: median (lower quartile)"
        show(
            title,
            {
                name: {line: f"{half:.0f} ({quarter:.0f})" for line, (half, quarter) in found.items()}
                for name, found in costs.items()
            },
        )
    print(f"load {os.getloadavg()[0]:.1f}")


def _growth(small: float, large: float) -> str:
    return f"{small:.0f} to {large:.0f}, {large / small:.2f} x"


if __name__ == "__main__":
    main()
