"""What a store promises: kinds of rows, transactions on one world, and the errors it raises.

Rows are immutable values (frozen dataclasses). A store never hands out anything a caller could change.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from mockserver.kernel.names import meant
from mockserver.kernel.store.query import WHOLE, Attribute, Condition, Order, Page, Scalar, check_kept

Row = TypeVar("Row")

#: The types of scalars.
PLAIN = (str, int, float, bool, type(None))


class StoreError(Exception):
    """The store cannot do what was asked; says what and why."""


class DuplicateKey(StoreError):
    """A row with the same primary key or the same unique attributes exists already."""

    def __init__(self, kind: str, attributes: tuple[str, ...], values: tuple[Scalar, ...]) -> None:
        self.kind, self.attributes, self.values = kind, attributes, values
        shown = ", ".join(f"{name}={value!r}" for name, value in zip(attributes, values, strict=True))
        super().__init__(f"{kind}: another row has {shown}")


class MissingRow(StoreError):
    """No row has that primary key."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"{kind}: no row {key!r}")


class UnknownWorld(StoreError):
    """No world has that name."""


class Conflict(StoreError):
    """Another transaction changed the same world first: nothing was done, and trying again may succeed."""


class Unavailable(StoreError):
    """The database that keeps the state cannot be used now: unreachable, full, read-only. Nothing was done."""


class FrozenWorld(StoreError):
    """A write to a snapshot."""

    def __init__(self) -> None:
        super().__init__("this world is a snapshot and cannot be changed; fork it and change the fork")


@dataclass(frozen=True, slots=True)
class Index:
    """A declared look-up: rows that agree in the attributes ``by``, in the order of one attribute, page by page."""

    by: tuple[str, ...]
    order: str


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """One kind of row an API keeps.

    ``key`` names the string attribute that is the primary key; each tuple in ``unique`` names attributes that no two
    rows may share (rows where any of them is ``None`` are exempt); ``indexes`` are the look-ups a service uses.
    ``variants`` lists the concrete classes where rows of several classes live together (a directory's objects).
    ``attributes`` are those that every variant has, by name; ``by_key`` is the order by primary key, up and down.

    Raises ``StoreError`` when an attribute named here does not exist on the row class, or is named twice in a group.
    Queries name an attribute by the object that the kind gives out when the API is loaded (`attribute`, `unique_key`).
    """

    name: str
    row: type[Row]
    key: str = "id"
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[Index, ...] = ()
    variants: tuple[type[Row], ...] = ()
    attributes: Mapping[str, Attribute] = field(init=False, repr=False, compare=False)
    by_key: tuple[Order, Order] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = {each.name: Attribute(self.name, each.name) for each in fields(self.row)}  # type: ignore[arg-type]
        object.__setattr__(self, "attributes", made)
        declared = [self.key, *(name for group in self.unique for name in group)]
        declared += [name for index in self.indexes for name in (*index.by, index.order)]
        for name in declared:
            self.attribute(name)
        for group in (*self.unique, *(index.by for index in self.indexes)):
            if len(set(group)) < len(group):
                raise StoreError(f"{self.name}: {'+'.join(group)} names an attribute twice")
        key = made[self.key]
        object.__setattr__(self, "by_key", (Order(key), Order(key, descending=True)))

    def attribute(self, name: str) -> Attribute:
        """An attribute, for queries; ``StoreError`` when rows have none of that name, or it holds no scalar."""
        scalars = scalars_of(self)
        if name in scalars:
            return self.attributes[name]
        if name in self.attributes:
            raise StoreError(f"{self.name}: {name!r} holds no scalar and cannot be compared")
        raise StoreError(f"{self.name}: no attribute {name!r}{_among(name, scalars)}")

    def unique_key(self, *names: str) -> UniqueKey[Row]:
        """Attributes declared unique together, in the order declared, for `find`; ``StoreError`` for others."""
        if names in self.unique:
            return UniqueKey(self, self.unique.index(names))
        asked, groups = "+".join(names), ["+".join(group) for group in self.unique]
        raise StoreError(f"{self.name}: {asked} is not declared unique{_among(asked, groups)}")

    def check(self, attributes: Iterable[Attribute]) -> None:
        """Raise ``StoreError`` for the first attribute that is one of another kind."""
        for each in attributes:
            if each.kind != self.name:
                raise StoreError(f"{self.name}: {each.name!r} is an attribute of {each.kind}, another kind")


@dataclass(frozen=True, slots=True, eq=False)
class UniqueKey(Generic[Row]):
    """A group of attributes that no two rows of a kind share, by its place among those declared."""

    kind: Kind[Row]
    place: int

    def check(self, values: tuple[Scalar, ...]) -> None:
        """Raise ``StoreError`` for too few or too many values, ``QueryError`` for one that no store keeps."""
        group = self.kind.unique[self.place]
        if len(values) != len(group):
            raise StoreError(f"{self.kind.name}: {'+'.join(group)} are {len(group)} values, not {len(values)}")
        for value in values:
            check_kept(value)


@cache
def scalars_of(kind: Kind[Any]) -> frozenset[str]:
    """The attributes of a kind that are declared to hold scalars."""
    hints = get_type_hints(kind.row)
    return frozenset(name for name in kind.attributes if _is_scalar(hints[name]))


def _among(asked: str, declared: Iterable[str]) -> str:
    """What was probably meant, if anything is near, and all that is declared."""
    names = sorted(declared)
    return f"{meant(asked, names)}; declared: {', '.join(names) or 'none'}"


def _is_scalar(hint: Any) -> bool:
    return hint in PLAIN or (
        get_origin(hint) in (Union, types.UnionType) and all(part in PLAIN for part in get_args(hint))
    )


class Transaction(Protocol):
    """All-or-nothing access to one world. Reads see the transaction's own writes.

    Usable only inside the ``with`` block that opened it. Besides what the methods name, ``StoreError`` is raised for an
    attribute of another kind and a row that is not of its kind, ``FrozenWorld`` for a write to a snapshot, and
    ``QueryError`` for a key or a value that no store keeps (`check_kept`). A write that raises has changed nothing, so
    a service may catch the error and go on.
    """

    def get(self, kind: Kind[Row], key: str) -> Row | None:
        """The row with this primary key."""
        ...

    def find(self, key: UniqueKey[Row], *values: Scalar) -> Row | None:
        """The row with these values in attributes declared unique together, in the order declared."""
        ...

    def select(
        self,
        kind: Kind[Row],
        where: Condition | None = None,
        *,
        order: tuple[Order, ...] = (),
        page: Page = WHOLE,
    ) -> list[Row]:
        """Rows that meet the condition, in order, one page of them; ``MissingRow``: no row ``page.after``."""
        ...

    def count(self, kind: Kind[Row], where: Condition | None = None) -> int:
        """How many rows meet the condition."""
        ...

    def stamp(self, kind: Kind[Any]) -> object:
        """The state of a kind's rows: equal stamps, equal rows. The same rows may have different stamps."""
        ...

    def insert(self, kind: Kind[Row], row: Row) -> None:
        """Add a row; ``DuplicateKey`` when its primary key or a unique group is taken."""
        ...

    def replace(self, kind: Kind[Row], row: Row) -> None:
        """Put a row in the place of the one with its primary key; ``MissingRow``, ``DuplicateKey``."""
        ...

    def delete(self, kind: Kind[Row], key: str) -> None:
        """Remove a row; ``MissingRow``."""
        ...

    def next_number(self, sequence: str) -> int:
        """The next number of a named sequence, from 1; never given twice in a world's line of descent.

        A number given in a transaction that was rolled back was never given.
        """
        ...


class Store(Protocol):
    """Worlds full of rows.

    A store of several processes raises ``Unavailable`` from any method, and ``Conflict`` from those that change worlds.

    Worlds are not nested into transactions: while a transaction on a world is under way, forking, freezing, restoring
    or dropping that world raises ``StoreError``. So does every name of a world that does not exist, or exists already
    where a new one is made.
    """

    def transaction(self, world: str, *, writing: bool = False) -> AbstractContextManager[Transaction]:
        """One transaction: committed when the block ends, rolled back when it raises.

        ``writing`` is a hint: a store of several processes may keep other writers away from the start. Raises
        ``UnknownWorld``, ``Conflict`` (also when the block ends) and ``Unavailable``.
        """
        ...

    def worlds(self) -> list[str]:
        """Names of all worlds, sorted."""
        ...

    def create(self, world: str) -> None:
        """A new empty world; ``StoreError`` when the name is taken."""
        ...

    def fork(self, source: str, world: str) -> None:
        """A new world with the source's state as it is now; from here on they share nothing visible."""
        ...

    def restore(self, world: str, source: str) -> None:
        """Give a world the state another has now, in one step: at no moment is the world missing or half restored.

        ``FrozenWorld`` when the world to be changed is a snapshot.
        """
        ...

    def freeze(self, world: str) -> None:
        """Make a world a snapshot: readable, forkable, never changed again; a write raises ``FrozenWorld``."""
        ...

    def frozen(self, world: str) -> bool:
        """Whether a world is a snapshot."""
        ...

    def exists(self, world: str) -> bool:
        """Whether there is a world of that name."""
        ...

    def drop(self, world: str) -> None:
        """Forget a world and free what only it held. Snapshots can be dropped too; forks of it are unharmed."""
        ...

    def compact(self, world: str) -> None:
        """Make reads in a world as quick as in one that was never forked; what they find stays the same."""
        ...

    def dump(self, world: str) -> dict[str, dict[str, Any]]:
        """All rows of a world: kind name -> primary key -> row, sorted; empty kinds are left out."""
        ...
