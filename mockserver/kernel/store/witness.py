"""What a decision was made from: a transaction to read through, that can tell whether the same would be read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

from mockserver.kernel.store.protocol import Kind, Row, StoreError, Transaction, UniqueKey
from mockserver.kernel.store.query import WHOLE, Condition, Order, Page, Scalar


@dataclass(slots=True)
class _Seen:
    """What was read of one kind: all of it in one state; rows by key, and whether anything else."""

    kind: Kind[Any]
    stamp: object
    rows: dict[str, Any] = field(default_factory=dict)
    searched: bool = False

    def is_reread(self, store: Transaction) -> bool:
        """Whether the same is read among rows of which some have changed: only what was read by its key may be."""
        return not self.searched and all(store.get(self.kind, key) is row for key, row in self.rows.items())


class Witness:
    """A transaction that only reads."""

    def __init__(self, store: Transaction) -> None:
        self._store = store
        self._seen: dict[str, _Seen] = {}

    def stands(self, store: Transaction) -> bool:
        """Whether all that was read would be read again in another transaction. Rows must be the very same."""
        for seen in self._seen.values():
            if store.stamp(seen.kind) != seen.stamp and not seen.is_reread(store):
                return False
        return True

    def release(self) -> None:
        """Let go of the transaction: nothing is read any more."""
        del self._store

    def get(self, kind: Kind[Row], key: str) -> Row | None:
        """The row with this primary key."""
        row = self._see(kind).rows[key] = self._store.get(kind, key)
        return row

    def find(self, key: UniqueKey[Row], *values: Scalar) -> Row | None:
        """The row with these values in attributes declared unique together."""
        self._see(key.kind).searched = True
        return self._store.find(key, *values)

    def select(
        self, kind: Kind[Row], where: Condition | None = None, *, order: tuple[Order, ...] = (), page: Page = WHOLE
    ) -> list[Row]:
        """Rows that meet the condition, ordered, one page of them."""
        self._see(kind).searched = True
        return self._store.select(kind, where, order=order, page=page)

    def count(self, kind: Kind[Row], where: Condition | None = None) -> int:
        """How many rows meet the condition."""
        self._see(kind).searched = True
        return self._store.count(kind, where)

    def stamp(self, kind: Kind[Any]) -> object:
        """The state of a kind's rows."""
        return self._store.stamp(kind)

    def insert(self, kind: Kind[Row], row: Row) -> None:
        """Refused."""
        _refuse()

    def replace(self, kind: Kind[Row], row: Row) -> None:
        """Refused."""
        _refuse()

    def delete(self, kind: Kind[Row], key: str) -> None:
        """Refused."""
        _refuse()

    def next_number(self, sequence: str) -> int:
        """Refused."""
        _refuse()

    def _see(self, kind: Kind[Any]) -> _Seen:
        seen = self._seen.get(kind.name)
        if seen is None:
            seen = self._seen[kind.name] = _Seen(kind, self._store.stamp(kind))
        return seen


def _refuse() -> NoReturn:
    raise StoreError("nothing may be changed here: what is decided is decided again from the same rows")
