"""Worlds: named, isolated copies of all state. Create, fork, snapshot, restore, compare, reset, drop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields
from typing import Any

from mockserver.kernel.names import nearest
from mockserver.kernel.store.attempts import Result, attempt
from mockserver.kernel.store.protocol import Store, StoreError, Transaction, UnknownWorld

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")

#: Where a world's first state is kept, so that it can be reset. No client can name such a world: it has a blank.
PLANTED = "planted of "

Plant = Callable[[Transaction], None]


class Worlds:
    """All worlds of a twin. ``limit`` bounds how many there may be.

    A world appears only when it is complete: its first state is made under a hidden name, frozen there, and forked.
    Every method raises ``UnknownWorld`` for a world that does not exist, with the nearest name.
    """

    def __init__(self, *, store: Store, limit: int = 1_000) -> None:
        self._store, self._limit = store, limit

    def create(self, name: str, plant: Plant) -> None:
        """A new world, planted; there is none when planting raises."""
        hidden = self._reserve(name)
        self._store.create(hidden)
        try:
            attempt(self._store, hidden, plant, writing=True)
        except BaseException:
            self._store.drop(hidden)
            raise
        self._publish(hidden, name)

    def fork(self, source: str, name: str) -> None:
        """A new world with another's state as it is now."""
        self.check(source)
        hidden = self._reserve(name)
        self._store.fork(source, hidden)
        self._publish(hidden, name)

    def snapshot(self, source: str, name: str) -> None:
        """A fork that can never be changed."""
        self.fork(source, name)
        self._store.freeze(name)

    def restore(self, name: str, source: str) -> None:
        """Give a world the state another has now, usually a snapshot of it; a snapshot itself cannot be restored."""
        self.check(name)
        self.check(source)
        self._store.restore(name, source)

    def reset(self, name: str) -> None:
        """Back to the state the world had when it was created or forked."""
        self.check(name)
        self._store.restore(name, PLANTED + name)

    def drop(self, name: str) -> None:
        """Forget a world; the default one stays."""
        if name == DEFAULT:
            raise StoreError("the world 'default' cannot be dropped; reset it instead")
        self.check(name)
        self._store.drop(name)
        self._store.drop(PLANTED + name)

    def names(self) -> list[str]:
        """Names of all worlds, sorted."""
        return [name for name in self._store.worlds() if not is_hidden(name)]

    def exists(self, name: str) -> bool:
        """Whether clients can use a world of that name."""
        return not is_hidden(name) and self._store.exists(name)

    def frozen(self, name: str) -> bool:
        """Whether a world is a snapshot."""
        self.check(name)
        return self._store.frozen(name)

    def check(self, name: str) -> None:
        """Raise ``UnknownWorld`` when there is no world of that name."""
        if not self.exists(name):
            raise UnknownWorld(f"no world {name!r}{nearest(name, self.names())}")

    def transaction(self, name: str) -> AbstractContextManager[Transaction]:
        """One transaction on a world."""
        self.check(name)
        return self._store.transaction(name)

    def change(self, name: str, act: Callable[[Transaction], Result]) -> Result:
        """What ``act`` returns from a transaction on a world, tried again when another one was faster."""
        self.check(name)
        return attempt(self._store, name, act, writing=True)

    def compact(self, name: str) -> None:
        """Spare reads in a world the way through its ancestors; what they show stays the same."""
        self.check(name)
        self._store.compact(name)

    def dump(self, name: str) -> dict[str, list[Any]]:
        """All rows of a world by kind, each kind's by primary key."""
        self.check(name)
        return {kind: list(rows.values()) for kind, rows in self._store.dump(name).items()}

    def diff(self, before: str, after: str) -> dict[str, dict[str, Any]]:
        """What differs between two worlds, by kind: the keys ``added`` and ``removed``, and under ``changed``, by key,
        every attribute that differs as ``[before, after]``. Kinds that are equal are left out."""
        self.check(before)
        self.check(after)
        old, new = self._store.dump(before), self._store.dump(after)
        found = {kind: _differences(old.get(kind, {}), new.get(kind, {})) for kind in sorted(old.keys() | new.keys())}
        return {kind: changes for kind, changes in found.items() if any(changes.values())}

    def _reserve(self, name: str) -> str:
        """The hidden name a new world is prepared under."""
        if not NAME.fullmatch(name) or not name.strip("."):
            raise StoreError(
                f"world name {name!r}: allowed are 1 to 64 letters, digits, '.', '_' and '-', not dots only"
            )
        if self._store.exists(name):
            raise StoreError(f"world {name!r} exists already; drop it first or choose another name")
        if len(self.names()) >= self._limit:
            raise StoreError(f"there are {self._limit} worlds already; drop some first")
        hidden = PLANTED + name
        if self._store.exists(hidden):  # left by a process that ended between two steps
            self._store.drop(hidden)
        return hidden

    def _publish(self, hidden: str, name: str) -> None:
        self._store.freeze(hidden)
        self._store.fork(hidden, name)


def is_hidden(name: str) -> bool:
    """Whether a name is one of those that no client can use."""
    return name.startswith(PLANTED)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    common = sorted(old.keys() & new.keys())
    changed = {key: _attributes(old[key], new[key]) for key in common if old[key] is not new[key]}
    return {
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": {key: attributes for key, attributes in changed.items() if attributes},
    }


def _attributes(old: Any, new: Any) -> dict[str, list[Any]]:
    """The attributes in which two rows differ; one that only one of them has is ``None`` in the other."""
    names = dict.fromkeys(field.name for row in (old, new) for field in fields(row))
    pairs = {name: [getattr(old, name, None), getattr(new, name, None)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
