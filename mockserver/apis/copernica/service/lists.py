"""Lists of profiles and subprofiles: filtered, in order, in parts. Every list of them is made here.

All rows of a database, collection or profile in the order of ids come straight from the index of the store. Any other
list is gone through once: filters keep rows, and only what is left is put in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from operator import attrgetter
from typing import Any, Generic, TypeVar

from mockserver.apis.copernica.models.people import (
    PROFILE_DATABASE,
    PROFILE_NUMBER,
    PROFILES,
    SUBPROFILE_COLLECTION,
    SUBPROFILE_NUMBER,
    SUBPROFILE_PROFILE,
    SUBPROFILES,
    Profile,
    Subprofile,
)
from mockserver.apis.copernica.models.structure import FLOAT, Collection, Database, Field
from mockserver.apis.copernica.service.filters import Filter, kept
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.values import WHOLE_TYPES, default
from mockserver.kernel.errors import BadInput
from mockserver.kernel.names import nearest
from mockserver.kernel.store.protocol import Kind
from mockserver.kernel.store.query import WHOLE, And, Attribute, Condition, Eq, Order, Page
from mockserver.kernel.work import Work

Row = TypeVar("Row", Profile, Subprofile)
Key = Callable[[Any], Any]

#: Orders beside names and ids of fields, which hide them.
ID, RANDOM, MODIFIED = "id", "random", "modified"
ORDERS = (ID, RANDOM, MODIFIED)
DIRECTIONS = ("asc", "desc")

BY_ID: Key = attrgetter("number")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a list: texts of filters that must all hold, an order (``None`` is by id), a part.

    ``order_from`` is the parameter that the order stood in.
    """

    filters: Sequence[str] = ()
    order: str | None = None
    order_from: str = "orderby"
    descending: bool = False
    page: Page = WHOLE


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """A part of a list; ``total`` counts the whole one."""

    layout: Layout
    rows: list[Row]
    total: Callable[[], int]


def profiles(
    work: Work, database: Database, wish: Wish = Wish(), *, among: Iterable[Profile] | None = None
) -> Part[Profile]:
    """Profiles of a database, of those ``among`` given ones; raises ``BadInput``."""
    return _part(work, Layout(work, database), PROFILES, PROFILE_NUMBER, Eq(PROFILE_DATABASE, database.id), wish, among)


def subprofiles(
    work: Work,
    collection: Collection,
    wish: Wish = Wish(),
    *,
    profile: Profile | None = None,
    among: Iterable[Subprofile] | None = None,
) -> Part[Subprofile]:
    """Subprofiles in a collection, of one profile or of those ``among`` given ones; raises ``BadInput``."""
    where: Condition = Eq(SUBPROFILE_COLLECTION, collection.id)
    if profile is not None:
        where = And(Eq(SUBPROFILE_PROFILE, profile.id), where)
    return _part(work, Layout(work, collection), SUBPROFILES, SUBPROFILE_NUMBER, where, wish, among)


def _part(
    work: Work,
    layout: Layout,
    kind: Kind[Row],
    number: Attribute,
    where: Condition,
    wish: Wish,
    among: Iterable[Row] | None,
) -> Part[Row]:
    filters = [Filter(text, layout) for text in wish.filters]
    key = _key(work, wish, layout)
    if among is None and not filters and key is BY_ID:
        order = (Order(number, wish.descending),)
        rows = work.store.select(kind, where, order=order, page=wish.page)
        return Part(layout, rows, lambda: work.store.count(kind, where))
    given = work.store.select(kind, where, order=(Order(number),)) if among is None else sorted(among, key=BY_ID)
    left = kept(given, filters)
    return Part(layout, _ordered(left, key, wish), lambda: len(left))


def _ordered(rows: Sequence[Row], key: Key, wish: Wish) -> list[Row]:
    """A part of rows that are in the order of ids; those with equal keys stay so."""
    first, last = wish.page.rows_of(len(rows))
    if key is BY_ID:
        return list(rows[first:last] if not wish.descending else rows[::-1][first:last])
    if last * 8 < len(rows):
        return (nlargest if wish.descending else nsmallest)(last, rows, key)[first:]
    return sorted(rows, key=key, reverse=wish.descending)[first:last]


def _key(work: Work, wish: Wish, layout: Layout) -> Key:
    """What rows are ordered by; raises ``BadInput`` (ORDER-WORDS)."""
    order = wish.order
    if order is None:
        return BY_ID
    field = layout.named.get(order) or next((one for one in layout.fields if one.id == order), None)
    if field is not None:
        return field_key(field)
    if order == RANDOM:
        chance = work.chance()
        return lambda row: chance.random()
    if order not in ORDERS:
        words = (*DIRECTIONS, *ORDERS) if wish.order_from == "order" else ORDERS
        message = f"{wish.order_from}: {order[:80]!r} is neither a field here nor one of {', '.join(words)}"
        raise BadInput(message + nearest(order[:80], (*layout.named, *words)), rule="ORDER-WORDS")
    return BY_ID if order == ID else attrgetter(order)


def field_key(field: Field) -> Key:
    """Values of a field in the order of its type: whole numbers, numbers, else texts, as moments are in order too."""
    key, otherwise = field.id, default(field)
    if field.type in WHOLE_TYPES:
        return lambda row: int(row.values.get(key, otherwise))
    if field.type == FLOAT:
        return lambda row: float(row.values.get(key, otherwise))
    return lambda row: row.values.get(key, otherwise)
