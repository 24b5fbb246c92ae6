"""One kind's rows in one world: rows by primary key, and the look-ups declared for the kind, kept in step."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Generic

from mockserver.kernel.store.protocol import DuplicateKey, Index, Kind, MissingRow, Row
from mockserver.kernel.store.query import sort_value

#: A sorted entry: the order attribute's sort value, then the primary key.
Entry = tuple[tuple[int, Any], str]


class Lookup:
    """One declared index: for each value of its attributes, the entries in the declared order."""

    __slots__ = ("_getters", "_order", "by", "groups", "order")

    def __init__(self, index: Index) -> None:
        self.by, self.order = index.by, index.order
        self._getters = [attrgetter(name) for name in index.by]
        self._order = attrgetter(index.order)
        self.groups: dict[tuple[Any, ...], list[Entry]] = {}

    def copy(self) -> Lookup:
        """An independent look-up with the same entries."""
        twin = object.__new__(Lookup)
        twin.by, twin.order, twin._getters, twin._order = self.by, self.order, self._getters, self._order
        twin.groups = {values: entries.copy() for values, entries in self.groups.items()}
        return twin

    def add(self, key: str, row: object) -> None:
        """Enter a row."""
        insort(self.groups.setdefault(self._values(row), []), (sort_value(self._order(row)), key))

    def remove(self, key: str, row: object) -> None:
        """Take a row out."""
        values = self._values(row)
        entries = self.groups[values]
        del entries[bisect_left(entries, (sort_value(self._order(row)), key))]
        if not entries:
            del self.groups[values]

    def same_place(self, old: object, new: object) -> bool:
        """Whether a changed row stays where it is."""
        return self._values(old) == self._values(new) and bool(self._order(old) == self._order(new))

    def entry(self, key: str, row: object) -> Entry:
        """Where a row stands in the order."""
        return (sort_value(self._order(row)), key)

    def _values(self, row: object) -> tuple[Any, ...]:
        return tuple([getter(row) for getter in self._getters])


class Table(Generic[Row]):
    """Rows of one kind. Not shared while it is written to: the store copies a shared table first."""

    __slots__ = ("_key", "_unique_getters", "kind", "lookups", "rows", "unique")

    def __init__(self, kind: Kind[Row]) -> None:
        self.kind = kind
        self.rows: dict[str, Row] = {}
        self._key = attrgetter(kind.key)
        self._unique_getters = [[attrgetter(name) for name in group] for group in kind.unique]
        self.unique: list[dict[tuple[Any, ...], str]] = [{} for _ in kind.unique]
        self.lookups = [Lookup(index) for index in kind.indexes]

    def copy(self) -> Table[Row]:
        """An independent table with the same rows; the rows themselves are values and shared."""
        twin: Table[Row] = object.__new__(Table)
        twin.kind, twin._key, twin._unique_getters = self.kind, self._key, self._unique_getters
        twin.rows = self.rows.copy()
        twin.unique = [taken.copy() for taken in self.unique]
        twin.lookups = [lookup.copy() for lookup in self.lookups]
        return twin

    def key_of(self, row: Row) -> str:
        """A row's primary key."""
        key: str = self._key(row)
        return key

    def insert(self, row: Row) -> None:
        """Add a row; raises ``DuplicateKey`` and changes nothing when a key is taken."""
        key = self.key_of(row)
        if key in self.rows:
            raise DuplicateKey(self.kind.name, (self.kind.key,), (key,))
        claims = self._claims(row, None)
        self._put(key, row, claims)

    def replace(self, row: Row) -> Row:
        """Put a row in the place of the one with its key and return the old one; ``MissingRow``, ``DuplicateKey``."""
        key = self.key_of(row)
        old = self.rows.get(key)
        if old is None:
            raise MissingRow(self.kind.name, key)
        claims = self._claims(row, key)
        for taken, values in zip(self.unique, self._unique_values(old), strict=True):
            if values is not None:
                del taken[values]
        for taken, claimed in zip(self.unique, claims, strict=True):
            if claimed is not None:
                taken[claimed] = key
        for lookup in self.lookups:
            if not lookup.same_place(old, row):
                lookup.remove(key, old)
                lookup.add(key, row)
        self.rows[key] = row
        return old

    def delete(self, key: str) -> Row:
        """Remove a row and return it; ``MissingRow``."""
        row = self.rows.pop(key, None)
        if row is None:
            raise MissingRow(self.kind.name, key)
        for taken, values in zip(self.unique, self._unique_values(row), strict=True):
            if values is not None:
                del taken[values]
        for lookup in self.lookups:
            lookup.remove(key, row)
        return row

    def restore(self, key: str, row: Row) -> None:
        """Put a deleted row back exactly, for a rollback."""
        self._put(key, row, self._unique_values(row))

    def find(self, group: int, values: tuple[Any, ...]) -> Row | None:
        """The row with these values in one unique group."""
        key = self.unique[group].get(values)
        return None if key is None else self.rows[key]

    def in_order(self, lookup: Lookup, values: tuple[Any, ...], *, descending: bool) -> Iterator[Row]:
        """The rows of one index group, in its order."""
        entries = lookup.groups.get(values, [])
        rows = self.rows
        return (rows[key] for _, key in (reversed(entries) if descending else entries))

    def window(
        self, lookup: Lookup, values: tuple[Any, ...], after: str | None, offset: int, limit: int | None
    ) -> list[Row]:
        """A page of one index group, at the same cost wherever it lies."""
        entries = lookup.groups.get(values, [])
        start = offset
        if after is not None:
            row = self.rows.get(after)
            if row is None:
                raise MissingRow(self.kind.name, after)
            start += bisect_right(entries, lookup.entry(after, row))
        chosen = entries[start:] if limit is None else entries[start : start + limit]
        rows = self.rows
        return [rows[key] for _, key in chosen]

    def _put(self, key: str, row: Row, claims: list[tuple[Any, ...] | None]) -> None:
        self.rows[key] = row
        for taken, values in zip(self.unique, claims, strict=True):
            if values is not None:
                taken[values] = key
        for lookup in self.lookups:
            lookup.add(key, row)

    def _claims(self, row: Row, own: str | None) -> list[tuple[Any, ...] | None]:
        claims = self._unique_values(row)
        for group, taken, values in zip(self.kind.unique, self.unique, claims, strict=True):
            if values is not None and taken.get(values, own) != own:
                raise DuplicateKey(self.kind.name, group, values)
        return claims

    def _unique_values(self, row: Row) -> list[tuple[Any, ...] | None]:
        claims: list[tuple[Any, ...] | None] = []
        for getters in self._unique_getters:
            values = tuple([getter(row) for getter in getters])
            claims.append(None if None in values else values)
        return claims
