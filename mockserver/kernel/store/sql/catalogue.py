"""The kinds a database knows and their look-ups, each by a small number; kept in step with what is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from mockserver.kernel.names import nearest
from mockserver.kernel.store.protocol import Index, Kind, Row, StoreError
from mockserver.kernel.store.sql import cells
from mockserver.kernel.store.sql.codec import Codec
from mockserver.kernel.store.sql.schema import CLAIMS, ENTRIES, KINDS, LOOKUPS, ROWS

#: Rows read at once when look-ups are made anew.
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Claim:
    """Attributes no two rows share, and their number."""

    id: int
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A declared index and its number."""

    id: int
    by: tuple[str, ...]
    names: frozenset[str]
    order: str


class Catalogued(Generic[Row]):
    """One kind as the database knows it."""

    def __init__(self, id_: int, kind: Kind[Row], numbers: dict[str, int]) -> None:
        self.id, self.kind, self.codec = id_, kind, Codec(kind)
        self.claims = [Claim(numbers[_claim(group)], group) for group in kind.unique]
        self.lookups = [
            Lookup(numbers[_index(index)], index.by, frozenset(index.by), index.order) for index in kind.indexes
        ]

    def claimed(self, row: Row) -> Iterator[tuple[Claim, str]]:
        """The unique values a row occupies; rows without one of them are exempt."""
        for claim in self.claims:
            values = [getattr(row, name) for name in claim.group]
            if None not in values:
                yield claim, cells.group(values)

    def entries(self, row: Row) -> list[tuple[int, str, str]]:
        """Number, group and place of a row in each look-up."""
        return [
            (
                lookup.id,
                cells.group([getattr(row, name) for name in lookup.by]),
                cells.indexed(cells.cell(getattr(row, lookup.order))),
            )
            for lookup in self.lookups
        ]


class Catalogue:
    """All declared kinds by name."""

    def __init__(self, kinds: Iterable[Catalogued[Any]]) -> None:
        self._kinds = {each.kind.name: each for each in kinds}
        self.names = {each.id: each.kind.name for each in self._kinds.values()}

    def of(self, kind: Kind[Row]) -> Catalogued[Row]:
        """A kind; ``StoreError`` when it, or another one of its name, was declared."""
        found = self._kinds.get(kind.name)
        if found is None:
            raise StoreError(f"kind {kind.name!r} was not declared to the store{nearest(kind.name, self._kinds)}")
        if found.kind is not kind and found.kind != kind:
            raise StoreError(f"two different kinds are named {kind.name!r}; put the API's name in front of each")
        return found

    def named(self, number: int) -> Catalogued[Any] | None:
        """A kind by its number; ``None`` for one that was declared by another twin only."""
        name = self.names.get(number)
        return None if name is None else self._kinds[name]


def declare(connection: Connection, kinds: Sequence[Kind[Any]]) -> Catalogue:
    """Enter kinds that are new, and make look-ups anew where a declaration has changed. Raises ``StoreError``."""
    by_name: dict[str, Kind[Any]] = {}
    for kind in kinds:
        if by_name.setdefault(kind.name, kind) != kind:
            raise StoreError(f"two different kinds are named {kind.name!r}; put the API's name in front of each")
    return Catalogue(_declared(connection, kind) for kind in by_name.values())


def _declared(connection: Connection, kind: Kind[Row]) -> Catalogued[Row]:
    attributes = orjson.dumps(sorted(kind.attributes)).decode()
    known = connection.execute(select(KINDS.c.id, KINDS.c.attributes).where(KINDS.c.name == kind.name)).first()
    if known is None:
        new = insert(KINDS).values(name=kind.name, attributes=attributes).returning(KINDS.c.id)
        number = int(connection.execute(new).scalar_one())
    else:
        number = int(known.id)
    found = connection.execute(select(LOOKUPS.c.definition, LOOKUPS.c.id).where(LOOKUPS.c.kind == number))
    numbers = {str(definition): int(id_) for definition, id_ in found}
    wanted = [*map(_claim, kind.unique), *map(_index, kind.indexes)]
    changed = numbers.keys() != set(wanted)
    for definition in numbers.keys() - set(wanted):
        connection.execute(delete(LOOKUPS).where(LOOKUPS.c.id == numbers[definition]))
    for definition in wanted:
        if definition not in numbers:
            made = insert(LOOKUPS).values(kind=number, definition=definition).returning(LOOKUPS.c.id)
            numbers[definition] = int(connection.execute(made).scalar_one())
    catalogued = Catalogued(number, kind, numbers)
    if known is not None and (changed or known.attributes != attributes):
        connection.execute(update(KINDS).where(KINDS.c.id == number).values(attributes=attributes))
        _remake(connection, catalogued, list(numbers.values()))
    return catalogued


def _remake(connection: Connection, catalogued: Catalogued[Any], lookups: list[int]) -> None:
    """Cells, claims and entries of every row of a kind, made anew from the documents."""
    connection.execute(delete(CLAIMS).where(CLAIMS.c.lookup.in_(lookups)))
    connection.execute(delete(ENTRIES).where(ENTRIES.c.lookup.in_(lookups)))
    stored = select(ROWS).where(ROWS.c.kind == catalogued.id, ROWS.c.variant.is_not(None))
    for rows in connection.execute(stored).partitions(BATCH):
        for found in rows:
            row = catalogued.codec.read(found.variant, found.document)
            place = {"layer": found.layer, "key": found.key}
            connection.execute(
                update(ROWS)
                .where(ROWS.c.layer == found.layer, ROWS.c.kind == catalogued.id, ROWS.c.key == found.key)
                .values(cells=catalogued.codec.cells(row))
            )
            for claim, by in catalogued.claimed(row):
                connection.execute(insert(CLAIMS).values(lookup=claim.id, by=by, **place))
            for lookup, by, spot in catalogued.entries(row):
                connection.execute(insert(ENTRIES).values(lookup=lookup, by=by, place=spot, **place))


def _claim(group: tuple[str, ...]) -> str:
    return "unique " + "+".join(group)


def _index(index: Index) -> str:
    return f"by {'+'.join(index.by)} order {index.order}"
