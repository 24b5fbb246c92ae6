"""How a query runs on a table: through the best declared index, or over all rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Any

from mockserver.kernel.store.protocol import MissingRow, Row
from mockserver.kernel.store.query import (
    And,
    Condition,
    Eq,
    Order,
    Page,
    attributes_of,
    equalities_of,
    holds,
    sort_value,
)
from mockserver.kernel.store.table import Lookup, Table


def run(table: Table[Row], where: Condition | None, order: tuple[Order, ...], page: Page) -> list[Row]:
    """The rows asked for. Raises ``StoreError`` for an attribute the kind does not have."""
    table.kind.check((*attributes_of(where), *(key.attribute for key in order)))
    pinned = equalities_of(where)
    lookup = _best(table, pinned, order)
    if lookup is None:
        return _sorted_page(table, _matching(table.rows.values(), where), order, page)
    values = tuple(pinned[name] for name in lookup.by)
    served = _serves(lookup, order)
    if served and not order[0].descending and _covers(where, lookup):
        return table.window(lookup, values, page.after, page.offset, page.limit)
    rows = _matching(table.in_order(lookup, values, descending=served and order[0].descending), where)
    if served and page.after is None:
        return list(islice(rows, page.offset, None if page.limit is None else page.offset + page.limit))
    return _sorted_page(table, rows, order, page)


def tally(table: Table[Row], where: Condition | None) -> int:
    """How many rows meet a condition."""
    table.kind.check(attributes_of(where))
    if where is None:
        return len(table.rows)
    pinned = equalities_of(where)
    lookup = _best(table, pinned, ())
    if lookup is None:
        return sum(1 for _ in _matching(table.rows.values(), where))
    values = tuple(pinned[name] for name in lookup.by)
    if _covers(where, lookup):
        return len(lookup.groups.get(values, ()))
    return sum(1 for _ in _matching(table.in_order(lookup, values, descending=False), where))


def _best(table: Table[Row], pinned: dict[str, Any], order: tuple[Order, ...]) -> Lookup | None:
    """The index that pins most, and among those the one that delivers the order asked for."""
    usable = [one for one in table.lookups if all(name in pinned for name in one.by)]
    usable = [one for one in usable if one.by or _serves(one, order)]
    return max(usable, key=lambda one: (len(one.by), _serves(one, order)), default=None)


def _serves(lookup: Lookup, order: tuple[Order, ...]) -> bool:
    return len(order) == 1 and order[0].attribute == lookup.order


def _covers(where: Condition | None, lookup: Lookup) -> bool:
    """Whether the index alone decides the condition."""
    match where:
        case None:
            return True
        case Eq():
            return lookup.by == (where.attribute,)
        case And():
            parts = where.conditions
            names = [part.attribute for part in parts if isinstance(part, Eq)]
            return len(names) == len(parts) == len(lookup.by) and set(names) == set(lookup.by)
        case _:
            return False


def _matching(rows: Iterable[Row], where: Condition | None) -> Iterator[Row]:
    return iter(rows) if where is None else (row for row in rows if holds(where, row))


def _sorted_page(table: Table[Row], rows: Iterable[Row], order: tuple[Order, ...], page: Page) -> list[Row]:
    ordered = sorted(rows, key=attrgetter(table.kind.key))
    for key in reversed(order):
        getter = attrgetter(key.attribute)
        ordered.sort(key=lambda row, getter=getter: sort_value(getter(row)), reverse=key.descending)  # type: ignore[misc]
    start = page.offset
    if page.after is not None:
        start += _position(table, ordered, page.after)
    return ordered[start : None if page.limit is None else start + page.limit]


def _position(table: Table[Row], ordered: list[Row], after: str) -> int:
    for at, row in enumerate(ordered):
        if table.key_of(row) == after:
            return at + 1
    raise MissingRow(table.kind.name, after)
