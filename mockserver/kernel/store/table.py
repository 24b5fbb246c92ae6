"""One kind's rows in one world: rows by primary key, and the look-ups declared for the kind, kept in step."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Generic

from mockserver.kernel.store.protocol import DuplicateKey, Index, Kind, MissingRow, Row, StoreError, scalars_of
from mockserver.kernel.store.query import Attribute, check_kept, sort_value
from mockserver.kernel.store.sorted import Entry, SortedEntries

Values = tuple[Any, ...]


class Unique:
    """Attributes that no two rows share: which row has which values."""

    __slots__ = ("group", "taken", "values_of")

    def __init__(self, group: tuple[str, ...]) -> None:
        self.group, self.values_of = group, values_getter(group)
        self.taken: dict[Values, str] = {}

    def copy(self) -> Unique:
        """An independent copy."""
        twin: Unique = object.__new__(Unique)
        twin.group, twin.values_of = self.group, self.values_of
        twin.taken = self.taken.copy()
        return twin

    def claim(self, row: object) -> Values | None:
        """The values a row occupies; ``None`` when it is exempt."""
        values = self.values_of(row)
        return None if None in values else values

    def move(self, key: str, old: Values | None, new: Values | None) -> None:
        """A row gives up some values and occupies others."""
        if old is not None:
            del self.taken[old]
        if new is not None:
            self.taken[new] = key


class Lookup:
    """One declared index: for each value of its attributes, the entries in the declared order.

    A copy shares the groups with its original until either of them changes a group.
    """

    __slots__ = ("_groups", "_order_of", "_owner", "_values_of", "by", "names", "order")

    def __init__(self, index: Index) -> None:
        self.by, self.names, self.order = index.by, frozenset(index.by), index.order
        self._values_of = values_getter(index.by)
        self._order_of = attrgetter(index.order)
        self._owner = object()
        self._groups: dict[Values, SortedEntries] = {}

    def copy(self) -> Lookup:
        """An independent look-up with the same entries."""
        twin: Lookup = object.__new__(Lookup)
        twin.by, twin.names, twin.order = self.by, self.names, self.order
        twin._values_of, twin._order_of = self._values_of, self._order_of
        twin._groups = self._groups.copy()
        self._owner, twin._owner = object(), object()
        return twin

    def group(self, values: Values) -> SortedEntries:
        """The entries of the rows with these values, to read."""
        return self._groups.get(values) or SortedEntries(None)

    def place(self, key: str, row: object) -> tuple[Values, Entry]:
        """Where a row belongs: its group and its entry there."""
        return self._values_of(row), self.entry(key, row)

    def entry(self, key: str, row: object) -> Entry:
        """Where a row stands in the order."""
        rank, value = sort_value(self._order_of(row))
        return rank, value, key

    def add(self, values: Values, entry: Entry) -> None:
        """Enter a row."""
        group = self._groups.get(values)
        if group is None:
            group = self._groups[values] = SortedEntries(self._owner)
        self._own(values, group).add(entry)

    def remove(self, values: Values, entry: Entry) -> None:
        """Take a row out."""
        group = self._groups[values]
        if len(group) == 1:
            del self._groups[values]
        else:
            self._own(values, group).remove(entry)

    def _own(self, values: Values, group: SortedEntries) -> SortedEntries:
        if group.owner is not self._owner:
            group = self._groups[values] = group.copy(self._owner)
        return group


class Table(Generic[Row]):
    """Rows of one kind. ``holders`` counts the worlds that share it; only a table with one holder may be changed.
    ``stamp`` is another object after each change. ``by_one`` are the look-ups by a single attribute, by that attribute.

    A change is checked completely before anything is touched, so one that raises has changed nothing.
    """

    __slots__ = (
        "_classes",
        "_key_of",
        "_scalars_of",
        "by_one",
        "holders",
        "kind",
        "lookups",
        "rows",
        "stamp",
        "uniques",
    )

    def __init__(self, kind: Kind[Row]) -> None:
        self.kind, self.holders, self.stamp = kind, 1, object()
        self.rows: dict[str, Row] = {}
        self.uniques = [Unique(group) for group in kind.unique]
        self.lookups = [Lookup(index) for index in kind.indexes]
        self.by_one = _by_one(kind, self.lookups)
        self._key_of = attrgetter(kind.key)
        self._classes = frozenset((kind.row, *kind.variants))
        self._scalars_of = values_getter(tuple(sorted(scalars_of(kind))))

    def copy(self) -> Table[Row]:
        """An independent table with the same rows; the rows themselves are values and shared."""
        twin: Table[Row] = object.__new__(Table)
        twin.kind, twin.holders, twin._key_of, twin._classes = self.kind, 1, self._key_of, self._classes
        twin._scalars_of, twin.stamp = self._scalars_of, self.stamp
        twin.rows = self.rows.copy()
        twin.uniques = [unique.copy() for unique in self.uniques]
        twin.lookups = [lookup.copy() for lookup in self.lookups]
        twin.by_one = _by_one(self.kind, twin.lookups)
        return twin

    def key_of(self, row: Row) -> str:
        """A row's primary key; ``StoreError`` when the row is not of this kind."""
        if type(row) not in self._classes:
            allowed = ", ".join(sorted(each.__name__ for each in self._classes))
            raise StoreError(f"{self.kind.name}: a {type(row).__name__} is no row of this kind (rows: {allowed})")
        key: str = self._key_of(row)
        if type(key) is not str:
            raise StoreError(f"{self.kind.name}: {self.kind.key} is {key!r}, a primary key must be a string")
        return key

    def insert(self, row: Row) -> str:
        """Add a row and return its key; ``DuplicateKey``."""
        key = self.key_of(row)
        if key in self.rows:
            raise DuplicateKey(self.kind.name, (self.kind.key,), (key,))
        self._check_kept(row)
        claims = [self._claimed(unique, key, row) for unique in self.uniques]
        places = [lookup.place(key, row) for lookup in self.lookups]
        self.rows[key], self.stamp = row, object()
        for unique, claim in zip(self.uniques, claims, strict=True):
            unique.move(key, None, claim)
        for lookup, (values, entry) in zip(self.lookups, places, strict=True):
            lookup.add(values, entry)
        return key

    def replace(self, row: Row) -> Row:
        """Put a row in the place of the one with its key and return the old one; ``MissingRow``, ``DuplicateKey``."""
        key = self.key_of(row)
        old = self._present(key)
        self._check_kept(row)
        claims = [(unique.claim(old), self._claimed(unique, key, row)) for unique in self.uniques]
        places = [(lookup.place(key, old), lookup.place(key, row)) for lookup in self.lookups]
        self.rows[key], self.stamp = row, object()
        for unique, (given_up, claim) in zip(self.uniques, claims, strict=True):
            if given_up != claim:
                unique.move(key, given_up, claim)
        for lookup, (left, taken) in zip(self.lookups, places, strict=True):
            if left != taken:
                lookup.remove(*left)
                lookup.add(*taken)
        return old

    def delete(self, key: str) -> Row:
        """Remove a row and return it; ``MissingRow``."""
        row = self._present(key)
        del self.rows[key]
        self.stamp = object()
        for unique in self.uniques:
            unique.move(key, unique.claim(row), None)
        for lookup in self.lookups:
            lookup.remove(*lookup.place(key, row))
        return row

    def _present(self, key: str) -> Row:
        row = self.rows.get(key)
        if row is None:
            check_kept(key)
            raise MissingRow(self.kind.name, key)
        return row

    def _check_kept(self, row: Row) -> None:
        for value in self._scalars_of(row):
            check_kept(value)

    def _claimed(self, unique: Unique, key: str, row: Row) -> Values | None:
        claim = unique.claim(row)
        if claim is not None and unique.taken.get(claim, key) != key:
            raise DuplicateKey(self.kind.name, unique.group, claim)
        return claim


def _by_one(kind: Kind[Any], lookups: list[Lookup]) -> dict[Attribute, Lookup]:
    return {kind.attributes[lookup.by[0]]: lookup for lookup in lookups if len(lookup.by) == 1}


def values_getter(names: tuple[str, ...]) -> Callable[[Any], Values]:
    """A function from a row to the values of these attributes, always a tuple."""
    if not names:
        return lambda row: ()
    getter = attrgetter(*names)
    return (lambda row: (getter(row),)) if len(names) == 1 else getter
