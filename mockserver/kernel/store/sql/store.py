"""All worlds in one database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.engine import URL, Row

from mockserver.kernel.names import nearest
from mockserver.kernel.store.protocol import FrozenWorld, StoreError, Unavailable, UnknownWorld
from mockserver.kernel.store.sql import layers
from mockserver.kernel.store.sql.cache import Memories, Memory
from mockserver.kernel.store.sql.catalogue import Catalogue
from mockserver.kernel.store.sql.connections import Connections
from mockserver.kernel.store.sql.dialects import Database, errors_told
from mockserver.kernel.store.sql.schema import FACTS, WORLDS
from mockserver.kernel.store.sql.session import Session, world_of
from mockserver.kernel.store.sql.statements import Statements, layers_of
from mockserver.kernel.store.sql.transaction import Parts, SqlTransaction


class SqlStore:
    """Worlds in a database that is up to date and knows the declared kinds; ``opening.open_store`` makes one."""

    def __init__(self, *, database: Database, url: URL, catalogue: Catalogue) -> None:
        self.database, self.url, self.catalogue = database, url, catalogue
        self._statements, self._memories = Statements(database), Memories()
        self.connections = Connections(database, url)
        self._parts = Parts(
            catalogue=catalogue, statements=self._statements, memories=self._memories, database=database
        )

    def close(self) -> None:
        """Close every connection."""
        self.connections.close()
        self.connections.engine.dispose()

    def transaction(self, world: str, *, writing: bool = False) -> SqlTransaction:
        """One transaction on a world; ``UnknownWorld``."""
        memory = self._memories.by_name.get(world) if writing else None
        if memory is None:
            memory, connection = self._looked(world)
        else:  # whether it is still the present version shows when the world is locked
            connection = self.connections.take()
        session = self._session(world, memory, connection)
        return SqlTransaction(name=world, session=session, parts=self._parts, writing=writing)

    def worlds(self) -> list[str]:
        """Names of all worlds, sorted."""
        with self.connections.lent() as connection:
            return sorted(connection.scalars(select(WORLDS.c.name)))

    def exists(self, world: str) -> bool:
        """Whether there is a world of that name."""
        try:
            _, connection = self._looked(world)
        except UnknownWorld:
            return False
        self.connections.give(connection)
        return True

    def frozen(self, world: str) -> bool:
        """Whether a world is a snapshot."""
        with self.connections.lent() as connection:
            return bool(self._named(connection, world).frozen)

    def create(self, world: str) -> None:
        """A new empty world."""
        with self._changing() as connection:
            self._add(connection, world, "[]")

    def fork(self, source: str, world: str) -> None:
        """A new world with the source's state as it is now."""
        with self._changing(forked=source) as connection:
            self._check_free(connection, world)
            self._add(connection, world, self._shared(connection, source))

    def restore(self, world: str, source: str) -> None:
        """Give a world the state another has now."""
        with self._changing(restored=world, forked=source) as connection:
            line = self._named(connection, world, lock=True)
            if line.frozen:
                raise FrozenWorld
            chain = self._shared(connection, source)
            changed = {"chain": chain, "owned": False, "version": WORLDS.c.version + 1}
            connection.execute(update(WORLDS).where(WORLDS.c.id == line.id).values(changed))
        self.tidy()

    def freeze(self, world: str) -> None:
        """Make a world a snapshot."""
        with self._changing(frozen=world) as connection:
            line = self._named(connection, world, lock=True)
            changed = {"frozen": True, "version": WORLDS.c.version + 1}
            connection.execute(update(WORLDS).where(WORLDS.c.id == line.id).values(changed))

    def drop(self, world: str) -> None:
        """Forget a world and free what only it held."""
        with self._changing(dropped=world) as connection:
            line = self._named(connection, world, lock=True)
            connection.execute(delete(WORLDS).where(WORLDS.c.id == line.id))
        self._memories.by_name.pop(world, None)
        self.tidy()

    def compact(self, world: str) -> None:
        """Give a world one layer of its own, so that reads need not look through those of its ancestors."""
        with self._changing(compacted=world) as connection:
            self._flatten(connection, self._named(connection, world, lock=True))
        self.tidy()

    def dump(self, world: str) -> dict[str, dict[str, Any]]:
        """All rows of a world by kind and primary key, sorted; empty kinds are left out."""
        found: dict[str, dict[str, Any]] = {}
        for number, key, variant, document in self._lines(world):
            known = self.catalogue.named(number)
            if known is not None:
                found.setdefault(known.kind.name, {})[key] = known.codec.read(variant, document)
        return {name: dict(sorted(rows.items())) for name, rows in sorted(found.items())}

    def alone(self) -> AbstractContextManager[None]:
        """Only one process at a time is in here: to plant a database that is empty."""
        return self.database.alone(self.url)

    def facts(self) -> dict[str, str]:
        """What is known of the whole database, by name."""
        with self.connections.lent() as connection:
            return {str(name): str(value) for name, value in connection.execute(select(FACTS.c.name, FACTS.c.value))}

    def note(self, facts: Mapping[str, str]) -> None:
        """Keep facts in the place of earlier ones of their names."""
        with self._changing() as connection:
            for name, value in facts.items():
                connection.execute(delete(FACTS).where(FACTS.c.name == name))
                connection.execute(insert(FACTS).values(name=name, value=value))

    def _session(self, world: str, memory: Memory, connection: Any) -> Session:
        return Session(
            name=world, memory=memory, connection=connection, connections=self.connections,
            memories=self._memories, statements=self._statements,
        )  # fmt: skip

    def _lines(self, world: str) -> list[Any]:
        """Every row of a world as the database has it."""
        memory, connection = self._looked(world)
        session = self._session(world, memory, connection)
        try:
            session.read()
            chain = session.chain
            lines = session.all(self._statements.deep("dump", len(chain)), layers_of(chain)) if chain else []
        except BaseException as error:
            session.close(error)
            raise
        session.close(None)
        return lines

    def _looked(self, world: str) -> tuple[Memory, Any]:
        """What is remembered of a world's present version, and the connection that told it."""
        try:
            return self._look(world)
        except Unavailable:  # a kept connection may have been lost since it was last used
            return self._look(world)

    def _look(self, world: str) -> tuple[Memory, Any]:
        if not _can_be_kept(world):
            raise UnknownWorld(f"no world {world!r}{nearest(world, self.worlds())}")
        connection = self.connections.take()
        try:
            with errors_told(self.database):
                line = connection.execute(self._statements.fixed["world"], {"name": world}).fetchone()
        except Unavailable:
            self.connections.lose(connection)
            raise
        if line is None:
            self.connections.give(connection)
            raise UnknownWorld(f"no world {world!r}{nearest(world, self.worlds())}")
        known = self._memories.by_name.get(world)
        if known is not None and known.world.id == line[0] and known.world.version == line[1]:
            return known, connection
        return self._memories.of(world, world_of(line)), connection

    @contextmanager
    def _changing(self, **worlds: str) -> Iterator[Connection]:
        """A transaction that changes worlds, named by what becomes of them; only one at a time does."""
        for wanted, world in worlds.items():
            if world in self._memories.busy:
                raise StoreError(f"world {world!r} cannot be {wanted} while a transaction on it is under way")
        with self.connections.lent() as connection:
            self.database.change_worlds(connection)
            yield connection
            connection.commit()

    def tidy(self) -> None:
        """Free what no world reads, also what a process left that ended too early, and keep chains short."""
        with self._changing() as connection:
            layers.free(connection)
        with self._changing() as connection:
            connection.execute(select(WORLDS.c.id).with_for_update())
            layers.join(connection)

    def _named(self, connection: Connection, world: str, *, lock: bool = False) -> Row[Any]:
        wanted = select(WORLDS).where(WORLDS.c.name == world)
        line = connection.execute(wanted.with_for_update() if lock else wanted).first()
        if line is None:
            raise UnknownWorld(f"no world {world!r}{nearest(world, connection.scalars(select(WORLDS.c.name)).all())}")
        return line

    def _shared(self, connection: Connection, source: str) -> str:
        """The chain of a world from which on it and another one go apart: its first layer is nobody's to write."""
        line = self._named(connection, source, lock=True)
        if len(orjson.loads(line.chain)) > layers.DEEPEST:
            self._flatten(connection, line)
            line = self._named(connection, source)
        if line.owned:
            changed = {"owned": False, "version": WORLDS.c.version + 1}
            connection.execute(update(WORLDS).where(WORLDS.c.id == line.id).values(changed))
        chain: str = line.chain
        return chain

    def _flatten(self, connection: Connection, line: Row[Any]) -> None:
        flat = layers.flatten(connection, tuple(orjson.loads(line.chain)))
        changed = {"chain": f"[{flat}]", "owned": True, "version": WORLDS.c.version + 1}
        connection.execute(update(WORLDS).where(WORLDS.c.id == line.id).values(changed))

    def _add(self, connection: Connection, world: str, chain: str) -> None:
        self._check_free(connection, world)
        connection.execute(insert(WORLDS).values(name=world, version=1, frozen=False, owned=False, chain=chain))

    def _check_free(self, connection: Connection, world: str) -> None:
        if connection.scalar(select(WORLDS.c.id).where(WORLDS.c.name == world)) is not None:
            raise StoreError(f"world {world!r} exists already; drop it first or choose another name")


def _can_be_kept(text: str) -> bool:
    """Whether a database has a text like this: no NUL in it, and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
