"""Worlds: named, isolated copies of all state. Create, fork, snapshot, restore, compare, reset, drop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields, is_dataclass
from typing import Any

from mockserver.kernel.names import nearest
from mockserver.kernel.store.protocol import Store, StoreError, Transaction

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

#: Where a world's planted state is kept, so that it can be reset. No client can name such a world.
PLANTED = "planted of "

Plant = Callable[[Transaction], None]


class Worlds:
    """All worlds of a twin. ``limit`` bounds how many there may be."""

    def __init__(self, *, store: Store, limit: int = 1_000) -> None:
        self._store, self._limit = store, limit

    def create(self, name: str, plant: Plant) -> None:
        """A new world, planted; it does not exist when planting fails."""
        self._check_new(name)
        self._store.create(name)
        try:
            with self._store.transaction(name) as store:
                plant(store)
        except BaseException:
            self._store.drop(name)
            raise
        self._keep_planted(name, name)

    def fork(self, source: str, name: str) -> None:
        """A new world with another's state as it is now."""
        self._check_new(name)
        self.check(source)
        self._store.fork(source, name)
        self._keep_planted(name, name)

    def snapshot(self, source: str, name: str) -> None:
        """A fork that can never be changed."""
        self.fork(source, name)
        self._store.freeze(name)

    def restore(self, name: str, source: str) -> None:
        """Give a world the state of another, usually a snapshot of it."""
        self.check(source)
        self.check(name)
        self._store.drop(name)
        self._store.fork(source, name)

    def reset(self, name: str) -> None:
        """Back to the state the world had when it was created or forked."""
        self.check(name)
        self._store.drop(name)
        self._store.fork(PLANTED + name, name)

    def drop(self, name: str) -> None:
        """Forget a world; the default one stays."""
        if name == DEFAULT:
            raise StoreError("the world 'default' cannot be dropped; reset it instead")
        self.check(name)
        self._store.drop(name)
        self._store.drop(PLANTED + name)

    def names(self) -> list[str]:
        """Names of all worlds, sorted."""
        return [name for name in self._store.worlds() if not name.startswith(PLANTED)]

    def exists(self, name: str) -> bool:
        """Whether clients can use a world of that name."""
        return self._store.exists(name) and not name.startswith(PLANTED)

    def check(self, name: str) -> None:
        """Raise ``StoreError`` when there is no world of that name."""
        if not self.exists(name):
            raise StoreError(f"no world {name!r}{nearest(name, self.names())}")

    def transaction(self, name: str) -> AbstractContextManager[Transaction]:
        """One transaction on a world."""
        self.check(name)
        return self._store.transaction(name)

    def dump(self, name: str) -> dict[str, list[Any]]:
        """All rows of a world by kind."""
        self.check(name)
        return {kind: list(rows.values()) for kind, rows in self._store.dump(name).items()}

    def diff(self, before: str, after: str) -> dict[str, dict[str, Any]]:
        """What differs between two worlds, by kind: keys added and removed, and for changed rows both values of each
        attribute that differs."""
        old, new = self.dump(before), self.dump(after)
        found = {kind: _differences(old.get(kind, []), new.get(kind, [])) for kind in sorted(old.keys() | new.keys())}
        return {kind: changes for kind, changes in found.items() if any(changes.values())}

    def _keep_planted(self, name: str, source: str) -> None:
        self._store.fork(source, PLANTED + name)
        self._store.freeze(PLANTED + name)

    def _check_new(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise StoreError(
                f"world name {name!r}: up to 64 letters, digits, '.', '_' and '-', not beginning with '.', '_' or '-'"
            )
        if self._store.exists(name):
            raise StoreError(f"world {name!r} exists already; drop it first or choose another name")
        if len(self.names()) >= self._limit:
            raise StoreError(f"there are {self._limit} worlds already; drop some first")


def _differences(old: list[Any], new: list[Any]) -> dict[str, Any]:
    before, after = ({_identity(row): row for row in rows} for rows in (old, new))
    return {
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "changed": {
            key: _attributes(before[key], after[key])
            for key in sorted(before.keys() & after.keys())
            if before[key] != after[key]
        },
    }


def _identity(row: Any) -> str:
    return str(row.id)


def _attributes(old: Any, new: Any) -> Mapping[str, list[Any]]:
    names = [field.name for field in fields(old)] if is_dataclass(old) else []
    return {
        name: [getattr(old, name), getattr(new, name, None)]
        for name in names
        if getattr(old, name) != getattr(new, name, None)
    }
