"""One transaction's hold on one world: when it begins to read, when it locks, what it runs, how it ends."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.kernel.store.protocol import Conflict, FrozenWorld, Unavailable
from mockserver.kernel.store.sql.cache import Memories, Memory, World
from mockserver.kernel.store.sql.connections import Connections
from mockserver.kernel.store.sql.dialects import Connection, Parameters
from mockserver.kernel.store.sql.statements import Statements

Batches = dict[str, list[Parameters]]

CHANGED = "another transaction changed this world at the same time"


class Session:
    """Begins as late as can be: what is remembered of the world's present version needs no transaction at all."""

    __slots__ = (
        "_begun", "_bumped", "_connection", "_connections", "_fresh", "_headed", "_locked", "_memories", "_name",
        "_statements", "_touched", "memory",
    )  # fmt: skip

    def __init__(
        self, *, name: str, memory: Memory, connection: Connection, connections: Connections, memories: Memories,
        statements: Statements,
    ) -> None:  # fmt: skip
        self._name, self.memory, self._connection = name, memory, connection
        self._connections, self._memories, self._statements = connections, memories, statements
        self._begun = self._locked = self._bumped = self._headed = self._touched = self._fresh = False

    @property
    def chain(self) -> tuple[int, ...]:
        """The layers to read, newest first; a new one that nothing was written to is none of them."""
        return self.memory.world.chain[1:] if self._fresh else self.memory.world.chain

    @property
    def deep(self) -> bool:
        """Whether there are layers below the one to write."""
        return len(self.memory.world.chain) > 1

    @property
    def head(self) -> int:
        """The layer to write; there is one after `write`."""
        return self.memory.world.chain[0]

    def remembered(self) -> None:
        """Something was answered from memory: from here on the world must stay in this version."""
        self._touched = True

    def read(self) -> None:
        """Make sure that queries see one unchanging state, the one remembered."""
        if not self._begun:
            self._begin(locking=False)

    def lock(self) -> None:
        """Keep other writers of this world away until the end; raises ``Conflict`` when one was faster."""
        if not self._begun:
            self._begin(locking=True)
        elif not self._locked:
            self._locked = True
            self._take_head()
            self._bump()

    def write(self) -> None:
        """Make ready to write: locked, and with a layer of the world's own. ``FrozenWorld``, ``Conflict``."""
        if self.memory.world.frozen:
            raise FrozenWorld
        self.lock()
        self._take_head()

    def one(self, statement: str, parameters: Parameters) -> Any:
        """The first line of an answer."""
        try:
            return self._connection.execute(statement, parameters).fetchone()
        except Exception as error:
            raise self._told(error) from error

    def all(self, statement: str, parameters: Parameters) -> list[Any]:
        """All lines of an answer."""
        try:
            found: list[Any] = self._connection.execute(statement, parameters).fetchall()
        except Exception as error:
            raise self._told(error) from error
        return found

    def run(self, batches: Batches, *, last: tuple[str, ...] = ()) -> None:
        """Statements by name, each with all its parameters; then some without any."""
        known = self._statements.fixed
        statements = [(known[name], parameters) for name, parameters in batches.items() if parameters]
        nothing: list[Parameters] = [{}]
        self._fresh = self._fresh and not statements
        try:
            self._connections.database.run_many(self._connection, [*statements, *((said, nothing) for said in last)])
        except Exception as error:
            raise self._told(error) from error

    def commit(self, batches: Batches) -> None:
        """Write the rest and make it last; the world has a new version if anything was written."""
        if not self._begun:
            return
        if self._headed and not self._bumped:  # the line is locked: nobody else can have given it another version
            self._bumped, batches = True, {**batches, "bump": [self._next()]}
        self.run(batches, last=("COMMIT",))
        self._begun = False
        if self._bumped:
            self.memory.world.version += 1

    def close(self, error: BaseException | None) -> None:
        """End without a trace if not committed, and hand the connection back."""
        if isinstance(error, Unavailable):
            self._forget()
            self._connections.lose(self._connection)
            return
        if self._begun:
            self._forget()
            try:
                self._connection.rollback()
            except Exception:
                self._connections.lose(self._connection)
                return
        self._connections.give(self._connection)

    def _begin(self, *, locking: bool) -> None:
        database, world = self._connections.database, self.memory.world
        look = self._statements.world_by_id(world.id)
        self._begun, self._locked = True, locking
        try:
            found = database.begin(self._connection, look, locking=locking)
        except Exception as error:
            raise self._told(error) from error
        if found is None:  # dropped since; there may be another world of that name
            self._memories.by_name.pop(self._name, None)
            raise Conflict(CHANGED)
        if found[1] != world.version:
            if self._touched:
                raise Conflict(CHANGED)
            self.memory = self._memories.of(self._name, world_of(found))

    def _take_head(self) -> None:
        """A layer of the world's own on top of the chain, if it has none."""
        if self._headed:
            return
        self._headed, world = True, self.memory.world
        if not world.owned:
            layer = self.one(self._statements.fixed["layer"], {})[0]
            # the line remembered stays as it is until the commit: a copy is written on
            self._fresh = True
            self.memory.world = World(world.id, world.version, False, True, (layer, *world.chain))

    def _bump(self) -> None:
        """The world's new version and chain; nobody else may have given it one."""
        self._bumped = True
        try:
            done = self._connection.execute(self._statements.fixed["bump"], self._next()).rowcount
        except Exception as error:
            raise self._told(error) from error
        if done != 1:
            raise Conflict(CHANGED)

    def _next(self) -> Parameters:
        world = self.memory.world
        return {
            "id": world.id, "version": world.version, "next": world.version + 1,
            "chain": orjson.dumps(world.chain).decode(),
        }  # fmt: skip

    def _forget(self) -> None:
        """What was remembered may carry a layer that was never made."""
        if self._headed:
            self._memories.by_name.pop(self._name, None)

    def _told(self, error: Exception) -> Exception:
        return self._connections.database.told(error)


def world_of(line: Any) -> World:
    """A world's line as a value."""
    number, version, frozen, owned, chain = line
    return World(number, version, bool(frozen), bool(owned), tuple(orjson.loads(chain)))
