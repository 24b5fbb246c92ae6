"""What a process remembers of a world: rows, unique values and numbers as of one version of it.

Every committed change gives a world a new version. A transaction reads the version first; what is remembered of another
version is forgotten. So a change through one process holds for the next transaction in any other.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

#: Things remembered of one world before all are forgotten, and worlds remembered.
THINGS, WORLDS = 50_000, 64

#: Rows of an answer that is remembered, and answers remembered of one kind.
LONGEST_ANSWER, ANSWERS = 100, 1_000


@dataclass(slots=True)
class World:
    """A world's line in the database. ``chain`` holds its layers, newest first."""

    id: int
    version: int
    frozen: bool
    owned: bool
    chain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A row and the layer it was read from; no row when there is none in any layer."""

    row: Any
    layer: int


@dataclass(slots=True)
class Memory:
    """What is remembered of one world.

    ``rows`` by kind and key, ``claims`` (the key that occupies unique values, if any) by look-up and group, ``answers``
    to queries by kind and query.
    """

    world: World
    rows: dict[tuple[int, str], Stored] = field(default_factory=dict)
    claims: dict[tuple[int, str], str | None] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    answers: dict[int, dict[Any, tuple[Any, ...]]] = field(default_factory=dict)

    def answer(self, kind: int, query: Any, found: tuple[Any, ...]) -> None:
        """Remember a short answer."""
        known = self.answers.setdefault(kind, {})
        if len(found) <= LONGEST_ANSWER:
            if len(known) >= ANSWERS:
                known.clear()
            known[query] = found

    def trim(self) -> None:
        """Forget everything when it is too much."""
        if len(self.rows) + len(self.claims) > THINGS:
            self.rows.clear()
            self.claims.clear()


class Memories(threading.local):
    """The memories of one thread, by the name of the world; and the transactions it has under way."""

    def __init__(self) -> None:
        self.by_name: dict[str, Memory] = {}
        self.busy: set[str] = set()

    def of(self, name: str, world: World) -> Memory:
        """What is known of a world in this version: nothing, if another version was remembered."""
        known = self.by_name.get(name)
        if known is not None and known.world.id == world.id and known.world.version == world.version:
            return known
        if len(self.by_name) >= WORLDS:
            self.by_name.clear()
        made = self.by_name[name] = Memory(world)
        return made
