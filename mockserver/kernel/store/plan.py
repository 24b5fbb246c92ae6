"""How a query runs on a table: through the best declared look-up, or over all rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from mockserver.kernel.store.protocol import MissingRow, Row
from mockserver.kernel.store.query import (
    WHOLE,
    And,
    Condition,
    Eq,
    Order,
    Page,
    Scalar,
    attributes_of,
    check_kept,
    equalities_of,
    predicate,
    sort_value,
)
from mockserver.kernel.store.sorted import Entry, SortedEntries
from mockserver.kernel.store.table import Lookup, Table

#: Sorting a row costs about this many times as much as walking over it.
SORTING = 3


class Path(NamedTuple):
    """One way to the rows: an index group, whether it has the order asked for, whether it alone is the condition.

    ``cost`` is a rough price: nothing for a window, a step for each row walked over, more for each row sorted.
    """

    lookup: Lookup
    group: SortedEntries
    serves: bool
    covers: bool
    cost: int


def run(table: Table[Row], where: Condition | None, order: tuple[Order, ...], page: Page) -> list[Row]:
    """The rows asked for. Raises ``StoreError`` for an attribute of another kind, and ``MissingRow``."""
    # what services ask most is asked without planning
    if type(where) is Eq and page is WHOLE and where.attribute in table.by_one:
        lookup = table.by_one[where.attribute]
        group, rows = lookup.group((where.value,)), table.rows
        if not order:  # by primary key
            return [rows[key] for key in sorted([key for _, _, key in group])]
        if len(order) == 1 and order[0].attribute.name == lookup.order and not order[0].descending:
            return [rows[key] for _, _, key in group.window(0, len(group))]
    table.kind.check((*attributes_of(where), *(key.attribute for key in order)))
    anchor = _anchor(table, page)
    order = order or table.kind.by_key[:1]
    pinned = equalities_of(where)
    single = _single(table, pinned)
    if single is not None:
        return _sorted_page(table, _matching(single, where), order, page, anchor)
    path = best_path(table, where, pinned, order)
    if path is None:
        return _sorted_page(table, _matching(table.rows.values(), where), order, page, anchor)
    if path.serves:
        return _ordered_page(table, path, where, order[0].descending, page, anchor)
    return _sorted_page(table, _matching(_rows(table, path.group.ascending(0)), where), order, page, anchor)


def tally(table: Table[Row], where: Condition | None) -> int:
    """How many rows meet a condition. Raises ``StoreError`` for an attribute of another kind."""
    table.kind.check(attributes_of(where))
    if where is None:
        return len(table.rows)
    pinned = equalities_of(where)
    single = _single(table, pinned)
    if single is not None:
        return _number(_matching(single, where))
    path = best_path(table, where, pinned, ())
    if path is None:
        return _number(_matching(table.rows.values(), where))
    return len(path.group) if path.covers else _number(_matching(_rows(table, path.group.ascending(0)), where))


def best_path(
    table: Table[Row], where: Condition | None, pinned: dict[str, Scalar], order: tuple[Order, ...]
) -> Path | None:
    """The cheapest index group that holds every row asked for; ``None`` when all rows must be looked at and sorted."""
    served = order[0].attribute.name if len(order) == 1 else None
    exact = _exact(where)
    best: Path | None = None
    for lookup in table.lookups:
        serves = lookup.order == served
        if not (lookup.by or serves) or not pinned.keys() >= lookup.names:
            continue
        group = lookup.group(tuple([pinned[name] for name in lookup.by]))
        covers = lookup.names == exact
        cost = 0 if serves and covers else len(group) * (1 if serves else SORTING)
        if best is None or cost < best.cost:
            best = Path(lookup, group, serves, covers, cost)
    return best


def _exact(where: Condition | None) -> frozenset[str] | None:
    """The attributes a condition pins, when it asks nothing else: then an index group by them is the answer."""
    parts = () if where is None else where.conditions if isinstance(where, And) else (where,)
    names = frozenset([part.attribute.name for part in parts if isinstance(part, Eq)])
    return names if len(names) == len(parts) else None


def _single(table: Table[Row], pinned: dict[str, Scalar]) -> list[Row] | None:
    """The row, if any, that a pinned primary key or unique group leaves; ``None`` when no such thing is pinned."""
    key = pinned.get(table.kind.key)
    if key is None:
        for unique in table.uniques:
            values = tuple([pinned.get(name) for name in unique.group])
            if None not in values:
                key = unique.taken.get(values)
                break
        else:
            return None
    row = table.rows.get(key)  # type: ignore[arg-type]
    return [] if row is None else [row]


def _anchor(table: Table[Row], page: Page) -> Row | None:
    if page.after is None:
        return None
    row = table.rows.get(page.after)
    if row is None:
        check_kept(page.after)
        raise MissingRow(table.kind.name, page.after)
    return row


def _matching(rows: Iterable[Row], where: Condition | None) -> Iterator[Row]:
    return iter(rows) if where is None else filter(predicate(where), rows)


def _number(rows: Iterable[Row]) -> int:
    return sum(1 for _ in rows)


def _rows(table: Table[Row], entries: Iterable[Entry]) -> Iterator[Row]:
    rows = table.rows
    return (rows[key] for _, _, key in entries)


def _ordered_page(
    table: Table[Row], path: Path, where: Condition | None, descending: bool, page: Page, anchor: Row | None
) -> list[Row]:
    """A page of a group that stands in the order asked for."""
    group, first, last = path.group, 0, len(path.group)
    if anchor is not None:
        entry = path.lookup.entry(table.key_of(anchor), anchor)
        first, last = (0, group.before(entry)) if descending else (group.upto(entry), last)
    if not path.covers:
        entries = group.descending(last) if descending else group.ascending(first)
        stop = None if page.limit is None else page.offset + page.limit
        return list(islice(_matching(_rows(table, entries), where), page.offset, stop))
    start, stop = page.rows_of(last - first)
    if descending:
        return list(_rows(table, reversed(group.window(last - stop, last - start))))
    return list(_rows(table, group.window(first + start, first + stop)))


def _sorted_page(
    table: Table[Row], rows: Iterable[Row], order: tuple[Order, ...], page: Page, anchor: Row | None
) -> list[Row]:
    """A page of rows that have yet to be sorted. The row the page starts behind is sorted in, to find its place."""
    ordered = list(rows)
    if len(ordered) < 2 and page is WHOLE:
        return ordered
    if anchor is not None and not any(row is anchor for row in ordered):
        ordered.append(anchor)
    for key in (table.kind.by_key[order[-1].descending], *reversed(order)):
        ordered.sort(key=_sort_key(key.attribute.name), reverse=key.descending)
    first = 0 if anchor is None else next(at for at, row in enumerate(ordered, 1) if row is anchor)
    start, stop = page.rows_of(len(ordered) - first)
    return ordered[first + start : first + stop]


def _sort_key(attribute: str) -> Any:
    get = attrgetter(attribute)
    return lambda row: sort_value(get(row))
