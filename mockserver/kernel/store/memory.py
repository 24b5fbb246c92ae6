"""The store in memory: one set of copy-on-write tables per world, written in place under an undo log.

Transactions are synchronous and never interleave: a handler runs to its end without giving way to another request. So
a transaction writes directly, remembers how to undo each write, and undoes them when it fails; a commit is free. A
fork shares every table; the first write to a shared table copies it (docs/decisions/0002-memory-store.md).
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn, cast

from mockserver.kernel.names import nearest
from mockserver.kernel.store.plan import run, tally
from mockserver.kernel.store.protocol import FrozenWorld, Kind, Row, StoreError, UniqueKey, UnknownWorld
from mockserver.kernel.store.query import WHOLE, Condition, Order, Page, Scalar, check_kept
from mockserver.kernel.store.table import Table

#: What undoes a write: a function and its arguments.
Undo = tuple[Callable[..., object], tuple[Any, ...]]


class _World:
    """The state of one world."""

    __slots__ = ("busy", "frozen", "numbers", "tables", "undo")

    def __init__(self) -> None:
        self.tables: dict[str, Table[Any]] = {}
        self.numbers: dict[str, int] = {}
        self.undo: list[Undo] = []
        self.frozen = False
        self.busy = False

    def fork(self) -> _World:
        """A world that shares every table until either writes to it."""
        twin = _World()
        twin.tables = self.tables.copy()
        twin.numbers = self.numbers.copy()
        for table in self.tables.values():
            table.holders += 1
        return twin

    def release(self) -> None:
        """Give up the tables, so that the last world holding one need not copy it."""
        for table in self.tables.values():
            table.holders -= 1

    def table(self, kind: Kind[Row]) -> Table[Row]:
        """A kind's table, to read."""
        table = self.tables.get(kind.name)
        if table is None:
            table = self.tables[kind.name] = Table(kind)
        elif table.kind is not kind and table.kind != kind:
            raise StoreError(f"two different kinds are named {kind.name!r}; put the API's name in front of each")
        return table

    def own(self, kind: Kind[Row]) -> Table[Row]:
        """A kind's table, to write: a copy of its own if it was shared."""
        if self.frozen:
            raise FrozenWorld
        table = self.table(kind)
        if table.holders > 1:
            table.holders -= 1
            table = self.tables[kind.name] = table.copy()
        return table

    def number(self, sequence: str) -> int:
        """The next number of a sequence."""
        if self.frozen:
            raise FrozenWorld
        before = self.numbers.get(sequence, 0)
        self.numbers[sequence] = before + 1
        self.undo.append((self.numbers.__setitem__, (sequence, before)))
        return before + 1

    def roll_back(self) -> None:
        """Undo every write of the transaction under way, last first."""
        for undo, arguments in reversed(self.undo):
            undo(*arguments)


class _Closed:
    """What a transaction acts on before and after its block: nothing."""

    def __getattr__(self, name: str) -> NoReturn:
        raise StoreError("this transaction is not open; use it inside its own with block")


CLOSED = cast(_World, _Closed())


class MemoryTransaction:
    """One transaction on one world; also the context that commits or rolls it back."""

    __slots__ = ("_target", "_world")

    def __init__(self, world: _World) -> None:
        self._target = world
        self._world: _World = CLOSED

    def __enter__(self) -> MemoryTransaction:
        world = self._target
        if world.busy:
            raise StoreError("a transaction on this world is under way; transactions do not nest")
        world.busy = True
        self._world = world
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        world, self._world = self._world, CLOSED
        if world.undo:
            if kind is not None:
                world.roll_back()
            world.undo.clear()
        world.busy = False

    def get(self, kind: Kind[Row], key: str) -> Row | None:
        """The row with this primary key."""
        table = self._world.tables.get(kind.name)
        row = None if table is None else table.rows.get(key)
        if row is None:
            check_kept(key)
        return row

    def find(self, key: UniqueKey[Row], *values: Scalar) -> Row | None:
        """The row with these values in attributes declared unique together."""
        table = self._world.table(key.kind)
        found = table.uniques[key.place].taken.get(values)
        if found is not None:
            return table.rows[found]
        key.check(values)
        return None

    def select(
        self,
        kind: Kind[Row],
        where: Condition | None = None,
        *,
        order: tuple[Order, ...] = (),
        page: Page = WHOLE,
    ) -> list[Row]:
        """Rows that meet the condition, ordered, one page of them."""
        return run(self._world.table(kind), where, order, page)

    def count(self, kind: Kind[Row], where: Condition | None = None) -> int:
        """How many rows meet the condition."""
        return tally(self._world.table(kind), where)

    def stamp(self, kind: Kind[Any]) -> object:
        """The state of a kind's rows."""
        table = self._world.tables.get(kind.name)
        return None if table is None else table.stamp

    def insert(self, kind: Kind[Row], row: Row) -> None:
        """Add a row."""
        table = self._world.own(kind)
        key = table.insert(row)
        self._world.undo.append((table.delete, (key,)))

    def replace(self, kind: Kind[Row], row: Row) -> None:
        """Put a row in the place of the one with its primary key."""
        table = self._world.own(kind)
        old = table.replace(row)
        self._world.undo.append((table.replace, (old,)))

    def delete(self, kind: Kind[Row], key: str) -> None:
        """Remove a row."""
        table = self._world.own(kind)
        row = table.delete(key)
        self._world.undo.append((table.insert, (row,)))

    def next_number(self, sequence: str) -> int:
        """The next number of a named sequence, from 1."""
        return self._world.number(sequence)


class MemoryStore:
    """All worlds, in this process's memory."""

    def __init__(self) -> None:
        self._worlds: dict[str, _World] = {}

    def transaction(self, world: str, *, writing: bool = False) -> MemoryTransaction:
        """One transaction on a world; ``UnknownWorld``."""
        return MemoryTransaction(self._named(world))

    def worlds(self) -> list[str]:
        """Names of all worlds, sorted."""
        return sorted(self._worlds)

    def create(self, world: str) -> None:
        """A new empty world."""
        self._free(world)
        self._worlds[world] = _World()

    def fork(self, source: str, world: str) -> None:
        """A new world with the source's state as it is now."""
        self._free(world)
        self._worlds[world] = self._idle(source, "forked").fork()

    def restore(self, world: str, source: str) -> None:
        """Give a world the state another has now."""
        old = self._idle(world, "restored")
        if old.frozen:
            raise FrozenWorld
        self._worlds[world] = self._idle(source, "forked").fork()
        old.release()

    def freeze(self, world: str) -> None:
        """Make a world a snapshot: readable, forkable, never changed again."""
        self._idle(world, "frozen").frozen = True

    def frozen(self, world: str) -> bool:
        """Whether a world is a snapshot."""
        return self._named(world).frozen

    def drop(self, world: str) -> None:
        """Forget a world."""
        self._idle(world, "dropped").release()
        del self._worlds[world]

    def exists(self, world: str) -> bool:
        """Whether there is a world of that name."""
        return world in self._worlds

    def compact(self, world: str) -> None:
        """Nothing to do: a fork reads as quickly as its origin."""
        self._idle(world, "compacted")

    def dump(self, world: str) -> dict[str, dict[str, Any]]:
        """All rows of a world by kind and primary key, sorted; empty kinds are left out."""
        tables = self._named(world).tables
        return {name: dict(sorted(table.rows.items())) for name, table in sorted(tables.items()) if table.rows}

    def _named(self, world: str) -> _World:
        found = self._worlds.get(world)
        if found is None:
            raise UnknownWorld(f"no world {world!r}{nearest(world, self._worlds)}")
        return found

    def _idle(self, world: str, wanted: str) -> _World:
        found = self._named(world)
        if found.busy:
            raise StoreError(f"world {world!r} cannot be {wanted} while a transaction on it is under way")
        return found

    def _free(self, world: str) -> None:
        if world in self._worlds:
            raise StoreError(f"world {world!r} exists already; drop it first or choose another name")
