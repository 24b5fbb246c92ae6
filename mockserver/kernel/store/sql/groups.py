"""Which groups of look-ups a query runs over, and how their entries are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Text, bindparam, func, literal_column, select
from sqlalchemy.sql.selectable import FromClause

from mockserver.kernel.store.query import And, Condition, Eq, Order, equalities_of
from mockserver.kernel.store.sql import cells
from mockserver.kernel.store.sql.catalogue import Lookup
from mockserver.kernel.store.sql.schema import ENTRIES

#: Groups are counted no further: among larger ones any will do.
ENOUGH = 4_000

#: Sorting an entry costs about this many times as much as walking over it.
SORTING = 3

#: The values of a statement, by the names of its parameters.
Values = dict[str, Any]


def rivals(lookups: Iterable[Lookup], where: Condition | None, order: tuple[Order, ...]) -> list[Lookup]:
    """The look-ups whose groups hold every row asked for, without those whose groups are larger than another's."""
    pinned, served = frozenset(equalities_of(where)), served_by(order)
    usable = [each for each in lookups if each.names <= pinned and (each.by or each.order == served)]
    usable.sort(key=lambda each: each.order != served)
    best: dict[frozenset[str], Lookup] = {}
    for each in usable:
        if not any(each.names < other.names for other in usable):
            best.setdefault(each.names, each)
    return list(best.values())


def smallest(among: Sequence[Lookup], sizes: Sequence[int], order: tuple[Order, ...]) -> Lookup | None:
    """The look-up whose group costs least; ``None`` when there is none."""
    served = served_by(order)
    costs = [size * (1 if each.order == served else SORTING) for each, size in zip(among, sizes, strict=True)]
    return among[costs.index(min(costs))] if among else None


def others(lookups: Iterable[Lookup], chosen: Lookup, pinned: frozenset[str]) -> list[Lookup]:
    """Look-ups of the same order, in which a row has the same place, that answer for the equalities left."""
    found: list[Lookup] = []
    covered = chosen.names
    for each in sorted(lookups, key=lambda each: -len(each.by)):
        if each.order == chosen.order and each.names <= pinned and not each.names <= covered:
            found.append(each)
            covered |= each.names
    return found


def served_by(order: tuple[Order, ...]) -> str | None:
    """The order a look-up must have to stand as asked for."""
    return order[0].attribute.name if len(order) == 1 else None


def pinned_by(where: Condition | None) -> dict[str, str]:
    """The equalities of a condition as cells."""
    return {name: cells.cell(value) for name, value in equalities_of(where).items()}


def named(lookups: Sequence[Lookup], pinned: Mapping[str, str]) -> Values:
    """The groups of look-ups that equalities, given as cells, name."""
    found: Values = {}
    for at, each in enumerate(lookups):
        found |= {f"lookup{at}": each.id, f"by{at}": cells.grouped([pinned[name] for name in each.by])}
    return found


def counted_groups(groups: int, depth: int) -> Select[Any]:
    """How many entries so many groups have in the layers of a chain, those that are shadowed too."""
    layers = [bindparam(f"layer{at}", type_=BigInteger) for at in range(depth)]
    counts = []
    for at in range(groups):
        entries = ENTRIES.alias(f"e{at}")
        conditions = (entries.c.lookup == whole(f"lookup{at}"), entries.c.by == text_of(f"by{at}"))
        some = (
            select(entries.c.key)
            .where(entries.c.layer.in_(layers), *conditions)
            .limit(whole("enough"))
            .offset(literal_column("0"))
            .subquery()
        )
        counts.append(select(func.count()).select_from(some).scalar_subquery())
    return select(*counts)


def also_in(entries: FromClause, at: int, *, together: bool) -> ColumnElement[bool]:
    """Whether a row has an entry in another group. ``together``: a planner may read the two side by side; otherwise it
    is a value, not EXISTS, so that each entry is looked up and a large group is never read.
    """
    other = ENTRIES.alias(f"o{at}")
    found = select(other.c.layer).where(
        other.c.layer == entries.c.layer,
        other.c.lookup == whole(f"lookup{at}"),
        other.c.by == text_of(f"by{at}"),
        other.c.place == entries.c.place,
        other.c.key == entries.c.key,
    )
    found = found.correlate(entries)
    return found.exists() if together else found.scalar_subquery() == entries.c.layer


def without(where: Condition | None, names: frozenset[str], pinned: dict[str, str]) -> Condition | None:
    """A condition without the equalities that groups by these attributes already mean."""
    parts = where.conditions if isinstance(where, And) else () if where is None else (where,)
    left = [
        part
        for part in parts
        if not (
            isinstance(part, Eq)
            and part.attribute.name in names
            and cells.cell(part.value) == pinned[part.attribute.name]
        )
    ]
    return None if not left else left[0] if len(left) == 1 else And(*left)


def whole(name: str) -> ColumnElement[int]:
    """A whole number given with the statement."""
    return bindparam(name, type_=BigInteger)


def text_of(name: str) -> ColumnElement[str]:
    """A text given with the statement."""
    return bindparam(name, type_=Text)
