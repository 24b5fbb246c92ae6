"""Conditions, orders and pages as SQL. A statement depends on a query's shape only; its values are parameters.

A query whose equalities name a declared look-up runs over that look-up's entries, in their order when it is the one
asked for: then a page costs the same among a thousand rows and a million. Where the equalities name several look-ups,
it runs over the smallest group, and each entry is looked up in the others. Anything else is compared cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from mockserver.kernel.store.query import And, Compare, Condition, Eq, Like, Not, Or, Order, Page
from mockserver.kernel.store.sql import cells
from mockserver.kernel.store.sql.catalogue import Catalogued, Lookup
from mockserver.kernel.store.sql.dialects import Database, sql_of
from mockserver.kernel.store.sql.groups import (
    ENOUGH,
    Values,
    also_in,
    counted_groups,
    named,
    others,
    pinned_by,
    rivals,
    served_by,
    text_of,
    whole,
    without,
)
from mockserver.kernel.store.sql.schema import ENTRIES, ROWS
from mockserver.kernel.store.sql.statements import layers_of

#: A limit that is none.
ENDLESS = 2**62

#: A condition without its values: what it compares, and how.
Shape = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The shape of a query: what its statement depends on.

    ``serves``: the look-up has the order asked for. ``others``: so many more look-ups have a row's entry in a group
    asked for; ``together``: all of these groups are small. ``after``: the page begins behind a row. ``counts``: only
    the number of rows is wanted.
    """

    lookup: Lookup | None
    serves: bool
    shape: Shape | None
    order: tuple[Order, ...]
    depth: int
    limited: bool = False
    after: bool = False
    counts: bool = False
    others: int = 0
    together: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A plan and the values it is asked with."""

    plan: Plan
    values: dict[str, Any] = field(default_factory=dict)


class Questions:
    """Queries on one kind, made into statements."""

    def __init__(self, database: Database, catalogued: Catalogued[Any]) -> None:
        self._database, self._kind = database, catalogued
        self._statements: dict[Plan | tuple[int, int], str] = {}

    def statement(self, plan: Plan) -> str:
        """A plan as text for the driver."""
        known = self._statements.get(plan)
        if known is None:
            writer = Writer(self._database, plan)
            known = self._statements[plan] = sql_of(self._database, writer.counted() if plan.counts else writer.page())
        return known

    def rivals(self, where: Condition | None, order: tuple[Order, ...]) -> list[Lookup]:
        """The look-ups a query may run over."""
        return rivals(self._kind.lookups, where, order)

    def sizes(self, where: Condition | None, among: Sequence[Lookup], chain: tuple[int, ...]) -> tuple[str, Values]:
        """How to ask for the number of entries in the groups of look-ups, at most ``ENOUGH`` each."""
        shape = (len(among), len(chain))
        statement = self._statements.get(shape)
        if statement is None:
            statement = self._statements[shape] = sql_of(self._database, counted_groups(*shape))
        return statement, {**layers_of(chain), **named(among, pinned_by(where)), "enough": ENOUGH}

    def ask(
        self,
        where: Condition | None,
        order: tuple[Order, ...],
        page: Page,
        *,
        chain: tuple[int, ...],
        lookup: Lookup | None,
        together: bool = False,
        anchor: Any = None,
        counts: bool = False,
    ) -> Question:
        """A query over a look-up, as plan and values. ``together``: the groups that rival are small; ``anchor``:
        the row the page begins behind."""
        kind = self._kind.kind
        serves = lookup is not None and not counts and lookup.order == served_by(order)
        values: Values = {**layers_of(chain), "kind": self._kind.id}
        more: list[Lookup] = []
        if lookup is not None:
            pinned = pinned_by(where)
            more = others(self._kind.lookups, lookup, frozenset(pinned))
            where = without(where, lookup.names.union(*(each.names for each in more)), pinned)
            values |= named([lookup, *more], pinned)
        found: list[str] = []
        shape = None if where is None else self._shape(where, found)
        values |= {f"value{at}": value for at, value in enumerate(found)}
        limited = not counts and (page.limit is not None or page.offset > 0)
        if limited:
            values |= {"limit": ENDLESS if page.limit is None else page.limit, "offset": page.offset}
            values["reach"] = values["limit"] + page.offset
        if anchor is not None:
            values |= self._anchored(anchor, order, serves)
        plan = Plan(
            lookup,
            serves,
            shape,
            () if counts else (*order, kind.by_key[order[-1].descending]),
            len(chain),
            limited=limited,
            after=anchor is not None,
            counts=counts,
            others=len(more),
            together=together,
        )
        return Question(plan, values)

    def _anchored(self, anchor: Any, order: tuple[Order, ...], serves: bool) -> dict[str, str]:
        places = [cells.cell(getattr(anchor, key.attribute.name)) for key in order]
        if serves:
            places = [cells.indexed(place) for place in places]
        places.append(cells.cell(self._kind.codec.key_of(anchor)))
        return {f"after{at}": place for at, place in enumerate(places)} | {"behind": self._kind.codec.key_of(anchor)}

    def _shape(self, condition: Condition, values: list[str]) -> Shape:
        match condition:
            case Eq():
                values.append(cells.cell(condition.value))
                return ("=", condition.attribute.name)
            case Compare():
                values.append(cells.cell(condition.value))
                return (condition.sign, condition.attribute.name, values[-1][0])
            case Like():
                values.append(self._database.pattern(cells.TEXT, condition.pattern))
                return ("like", condition.attribute.name)
            case Not():
                return ("not", self._shape(condition.condition, values))
            case And():
                return ("and", *(self._shape(part, values) for part in condition.conditions))
            case Or():
                return ("or", *(self._shape(part, values) for part in condition.conditions))


class Writer:
    """One plan as an SQLAlchemy statement."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self._database, self._plan, self._used = database, plan, 0
        self._layers: list[ColumnElement[int]] = [bindparam(f"layer{at}", type_=BigInteger) for at in range(plan.depth)]

    def page(self) -> Select[Any]:
        """Key, variant and document of the rows, in order."""
        return self._served() if self._plan.serves else self._sorted()

    def counted(self) -> Select[Any]:
        """The number of rows."""
        plan = self._plan
        if plan.lookup is not None and plan.shape is None:
            return select(func.count()).select_from(ENTRIES).where(*self._entered(ENTRIES), *self._newest(ENTRIES))
        source, conditions = self._rows()
        return select(func.count()).select_from(source).where(*conditions)

    def _served(self) -> Select[Any]:
        """The entries of each layer in their order, merged; then their rows."""
        last = self._plan.order[-1].descending
        branches = [self._branch(at) for at in range(self._plan.depth)]
        if self._plan.limited and len(branches) > 1 and not self._database.merges:
            branches = [_begun(branch, descending=last) for branch in branches]
        merged = branches[0] if len(branches) == 1 else union_all(*branches)
        merged = merged.order_by(*_places(merged.selected_columns, descending=last))
        if self._plan.limited:
            merged = merged.limit(whole("limit")).offset(whole("offset"))
        found = merged.subquery("found")
        join = and_(ROWS.c.layer == found.c.layer, ROWS.c.kind == whole("kind"), ROWS.c.key == found.c.key)
        rows = select(ROWS.c.key, ROWS.c.variant, ROWS.c.document).select_from(found.join(ROWS, join))
        return rows.order_by(*_places(found.c, descending=last))

    def _branch(self, at: int) -> Select[Any]:
        """The entries one layer adds: in the group, not shadowed by a newer layer, behind the anchor."""
        self._used = 0
        plan, entries = self._plan, ENTRIES.alias(f"e{at}")
        conditions = [entries.c.layer == self._layers[at], *self._grouped(entries)]
        if at:
            conditions.append(not_(self._shadow(entries, self._layers[:at])))
        if plan.after:
            place = tuple_(entries.c.place, entries.c.key)
            anchor = tuple_(text_of("after0"), text_of("behind"))
            conditions.append(place < anchor if plan.order[-1].descending else place > anchor)
        source: FromClause = entries
        if plan.shape is not None:
            rows = ROWS.alias(f"r{at}")
            on = and_(rows.c.layer == entries.c.layer, rows.c.kind == whole("kind"), rows.c.key == entries.c.key)
            source = entries.join(rows, on)
            conditions.append(self._met(plan.shape, rows))
        return select(entries.c.layer, entries.c.place, entries.c.key).select_from(source).where(*conditions)

    def _sorted(self) -> Select[Any]:
        """The rows of a group or of the whole kind, sorted by their cells."""
        source, conditions = self._rows()
        keys = [self._database.cell(ROWS.c.cells, key.attribute.name) for key in self._plan.order]
        if self._plan.after:
            conditions.append(self._behind(keys))
        sorted_keys = [
            key.desc() if order.descending else key.asc() for key, order in zip(keys, self._plan.order, strict=True)
        ]
        statement = select(ROWS.c.key, ROWS.c.variant, ROWS.c.document).select_from(source).where(*conditions)
        statement = statement.order_by(*sorted_keys)
        return statement.limit(whole("limit")).offset(whole("offset")) if self._plan.limited else statement

    def _rows(self) -> tuple[FromClause, list[ColumnElement[bool]]]:
        """The rows to look at, and what they must meet."""
        plan, source = self._plan, ROWS
        if plan.lookup is None:
            conditions = [ROWS.c.layer.in_(self._layers), ROWS.c.kind == whole("kind"), ROWS.c.variant.is_not(None)]
            conditions += self._newest(ROWS)
            joined: FromClause = source
        else:
            on = and_(ROWS.c.layer == ENTRIES.c.layer, ROWS.c.kind == whole("kind"), ROWS.c.key == ENTRIES.c.key)
            joined = ENTRIES.join(ROWS, on)
            conditions = [*self._entered(ENTRIES), *self._newest(ENTRIES)]
        if plan.shape is not None:
            conditions.append(self._met(plan.shape, ROWS))
        return joined, conditions

    def _entered(self, entries: FromClause) -> list[ColumnElement[bool]]:
        return [entries.c.layer.in_(self._layers), *self._grouped(entries)]

    def _grouped(self, entries: FromClause) -> list[ColumnElement[bool]]:
        others = [also_in(entries, at, together=self._plan.together) for at in range(1, self._plan.others + 1)]
        return [entries.c.lookup == whole("lookup0"), entries.c.by == text_of("by0"), *others]

    def _newest(self, source: FromClause) -> list[ColumnElement[bool]]:
        if self._plan.depth == 1:
            return []
        return [not_(self._shadow(source, self._layers[:-1]))]

    def _shadow(self, source: FromClause, layers: Sequence[ColumnElement[int]]) -> ColumnElement[bool]:
        """Whether a newer layer has the same row, or its tombstone."""
        newer = ROWS.alias("s")
        return (
            select(newer.c.key)
            .where(
                newer.c.layer.in_(layers),
                newer.c.layer > source.c.layer,
                newer.c.kind == whole("kind"),
                newer.c.key == source.c.key,
            )
            .correlate(source)
            .exists()
        )

    def _behind(self, keys: list[ColumnElement[str]]) -> ColumnElement[bool]:
        """Whether a row stands behind the anchor: later in one key and level in all before it."""
        levels: list[ColumnElement[bool]] = []
        ways: list[ColumnElement[bool]] = []
        for at, (key, order) in enumerate(zip(keys, self._plan.order, strict=True)):
            anchor = text_of(f"after{at}")
            ways.append(and_(*levels, key < anchor if order.descending else key > anchor))
            levels.append(key == anchor)
        return or_(*ways)

    def _met(self, shape: Shape, rows: FromClause) -> ColumnElement[bool]:
        """A condition's shape as SQL; its values come in the order in which the shape was made."""
        kind, *parts = shape
        if kind == "not":
            return not_(self._met(parts[0], rows))
        if kind in ("and", "or"):
            met = [self._met(part, rows) for part in parts]
            return and_(true(), *met) if kind == "and" else or_(false(), *met)
        value, cell = text_of(f"value{self._used}"), self._database.cell(rows.c.cells, parts[0])
        self._used += 1
        if kind == "=":
            return cell == value
        if kind == "like":
            return self._database.like(cell, value)
        tag = parts[1]
        floor, ceiling = _literal(tag), _literal(cells.NEXT[tag])
        return {
            "<": and_(cell >= floor, cell < value),
            "<=": and_(cell >= floor, cell <= value),
            ">": and_(cell > value, cell < ceiling),
            ">=": and_(cell >= value, cell < ceiling),
        }[str(kind)]


def _places(columns: Any, *, descending: bool) -> list[ColumnElement[Any]]:
    """The order of entries, or its reverse."""
    return [column.desc() if descending else column.asc() for column in (columns.place, columns.key)]


def _begun(branch: Select[Any], *, descending: bool) -> Select[Any]:
    """The first entries of one layer, as many as the page can need."""
    ordered = branch.order_by(*_places(branch.selected_columns, descending=descending)).limit(whole("reach"))
    return select(ordered.subquery())


def _literal(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)
