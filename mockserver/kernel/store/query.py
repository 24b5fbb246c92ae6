"""The query language of the stores: conditions, order and page, over declared attributes.

An attribute is named by the object its kind gives out (`Kind.attribute`), and each comparison is a class: what does not
exist is an error when the API is loaded, not when the query is made.

Semantics, the same in every store:

* values are ``str`` (no NUL, no half of a surrogate pair), ``int`` (64 bits), ``float`` (finite), ``bool`` or ``None``;
  anything else is refused wherever it is given (`check_kept`). Numbers compare as numbers, a bool is the number 0 or 1;
  strings compare by code point. Case-insensitive names are stored folded in an attribute of their own (``name_key``),
  so no comparison folds.
* ``None`` equals only ``None``; it is never less, greater or like anything; it sorts before every value. Numbers sort
  before strings; a number is never less or greater than a string.
* a condition is met or not met, nothing between: ``Not`` takes exactly the rows its condition does not, also ``None``.
* rows that tie in the requested order come by primary key, in the direction of the last sort key; without an order,
  rows come by primary key. So every order is total and ``descending`` everywhere is exactly the reverse.
* a page behind a row (``after``) begins where that row stands in the requested order, whether or not the row itself
  meets the condition; ``offset`` then counts from there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import attrgetter, ge, gt, le, lt
from typing import Any, ClassVar

Scalar = str | int | float | bool | None

Predicate = Callable[[Any], bool]

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}

#: Strings compare with strings, numbers with numbers; nothing else compares.
COMPARABLE: tuple[tuple[type, ...], ...] = ((str,), (int, float))


#: Whole numbers are kept in 64 bits.
SMALLEST, LARGEST = -(2**63), 2**63 - 1


class QueryError(ValueError):
    """A condition, an order or a page that has no meaning, or a value no store can keep in order."""


def check_kept(value: object) -> None:
    """Raise ``QueryError`` for what no store keeps: a text with a NUL character or half of a surrogate pair, a whole
    number of more than 64 bits, a float that is not finite, and whatever is no scalar."""
    if isinstance(value, str):
        if "\0" in value:
            raise QueryError(f"{value!r} holds a NUL character, which no store keeps")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise QueryError(f"{value!r} holds half of a surrogate pair, which no store keeps")
    elif isinstance(value, int):
        if not SMALLEST <= value <= LARGEST:
            raise QueryError(f"{value!r} needs more than 64 bits")
    elif value is not None:
        sort_value(value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """An attribute of rows of a kind. Only the kind makes it (`Kind.attribute`), one object for each it has, so that
    nothing else can be named in a query."""

    kind: str
    name: str


def check_attribute(attribute: object) -> None:
    """Raise ``QueryError`` for anything but an attribute that a kind has given out."""
    if type(attribute) is not Attribute:
        raise QueryError(f"{attribute!r} is no attribute of a kind; take it from one: KIND.attribute({attribute!r})")


@dataclass(frozen=True, slots=True)
class Eq:
    """Rows whose attribute equals the value. Raises ``QueryError`` for one that no store keeps."""

    attribute: Attribute
    value: Scalar

    def __post_init__(self) -> None:
        check_attribute(self.attribute)
        check_kept(self.value)


@dataclass(frozen=True, slots=True)
class Compare:
    """Rows whose attribute stands in one of four relations to a string or number. Raises ``QueryError`` for others.

    Each relation is a class of its own, so that there is no unknown one to ask for; this class is none of them.
    """

    attribute: Attribute
    value: str | int | float
    sign: ClassVar[str]

    def __post_init__(self) -> None:
        if type(self) is Compare:
            raise QueryError(f"Compare is no relation; use one: {', '.join(each.__name__ for each in RELATED)}")
        check_attribute(self.attribute)
        if not isinstance(self.value, (str, int, float)):
            raise QueryError(f"{self.attribute.name}: {self.value!r} is neither less nor greater than anything; use Eq")
        check_kept(self.value)


class Less(Compare):
    """Rows whose attribute is less than the value."""

    __slots__ = ()
    sign = "<"


class AtMost(Compare):
    """Rows whose attribute is the value or less."""

    __slots__ = ()
    sign = "<="


class Greater(Compare):
    """Rows whose attribute is greater than the value."""

    __slots__ = ()
    sign = ">"


class AtLeast(Compare):
    """Rows whose attribute is the value or greater."""

    __slots__ = ()
    sign = ">="


#: The relations there are.
RELATED: tuple[type[Compare], ...] = (Less, AtMost, Greater, AtLeast)


@dataclass(frozen=True, slots=True)
class Like:
    r"""Rows whose string attribute matches an SQL pattern: ``%`` any run, ``_`` any one character, ``\`` escapes.

    Raises ``QueryError`` for a pattern that ends in a single ``\``: there is nothing it escapes.
    """

    attribute: Attribute
    pattern: str

    def __post_init__(self) -> None:
        check_attribute(self.attribute)
        check_kept(self.pattern)
        like_pattern(self.pattern)


@dataclass(frozen=True, slots=True)
class Not:
    """Rows that do not meet the condition."""

    condition: Condition


@dataclass(frozen=True, slots=True, init=False)
class And:
    """Rows that meet every condition; all rows when there is none."""

    conditions: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        object.__setattr__(self, "conditions", conditions)


@dataclass(frozen=True, slots=True, init=False)
class Or:
    """Rows that meet at least one condition; none when there is none."""

    conditions: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        object.__setattr__(self, "conditions", conditions)


Condition = Eq | Compare | Like | Not | And | Or


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key."""

    attribute: Attribute
    descending: bool = False

    def __post_init__(self) -> None:
        check_attribute(self.attribute)


@dataclass(frozen=True, slots=True)
class Page:
    """A window on the ordered rows: start behind the row whose primary key is ``after``, skip ``offset`` rows, and take
    ``limit``. Raises ``QueryError`` for negative numbers."""

    limit: int | None = None
    offset: int = 0
    after: str | None = None

    def __post_init__(self) -> None:
        if self.offset < 0 or (self.limit is not None and self.limit < 0):
            raise QueryError(f"page with limit {self.limit} and offset {self.offset}: neither may be negative")

    def rows_of(self, count: int) -> tuple[int, int]:
        """First and behind-last position of this window among ``count`` rows that follow ``after``."""
        start = min(self.offset, count)
        return start, count if self.limit is None else min(start + self.limit, count)


WHOLE = Page()


def attributes_of(condition: Condition | None) -> frozenset[Attribute]:
    """Every attribute a condition names."""
    match condition:
        case None:
            return frozenset()
        case Eq() | Compare() | Like():
            return frozenset((condition.attribute,))
        case Not():
            return attributes_of(condition.condition)
        case And() | Or():
            return frozenset().union(*(attributes_of(part) for part in condition.conditions))


def equalities_of(condition: Condition | None) -> dict[str, Scalar]:
    """The names of attributes a condition pins to one value, whatever else it asks: what an index can serve."""
    match condition:
        case Eq():
            return {condition.attribute.name: condition.value}
        case And():
            pinned: dict[str, Scalar] = {}
            for part in condition.conditions:
                pinned.update(equalities_of(part))
            return pinned
        case _:
            return {}


def holds(condition: Condition, row: object) -> bool:
    """Whether a row meets a condition."""
    return predicate(condition)(row)


def predicate(condition: Condition) -> Predicate:
    """A condition as a function of a row: the reference semantics of the language."""
    match condition:
        case Eq():
            return _equals(attrgetter(condition.attribute.name), condition.value)
        case Compare():
            return _compares(attrgetter(condition.attribute.name), RELATIONS[condition.sign], condition.value)
        case Like():
            return _matches(attrgetter(condition.attribute.name), like_pattern(condition.pattern))
        case Not():
            met = predicate(condition.condition)
            return lambda row: not met(row)
        case And():
            return reduce(_both, map(predicate, condition.conditions)) if condition.conditions else lambda row: True
        case Or():
            return reduce(_either, map(predicate, condition.conditions)) if condition.conditions else lambda row: False


def sort_value(value: Scalar) -> tuple[int, Any]:
    """A key that sorts ``None`` first, numbers next, strings last, each by its own order.

    Raises ``QueryError`` for what has no place in that order: other types, and floats that are not finite.
    """
    if isinstance(value, str):
        return (2, value)
    if value is None:
        return (0, 0)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return (1, value)
    raise QueryError(f"{value!r} cannot be put in order: allowed are str, int, finite float, bool and None")


@lru_cache(maxsize=1024)
def like_pattern(pattern: str) -> re.Pattern[str]:
    r"""The regular expression equal to an SQL ``LIKE`` pattern.

    Each run of ``%`` takes the shortest text up to the next piece and never reconsiders (an atomic group), so matching
    costs at most the product of both lengths, whatever a client sends as pattern. Raises ``QueryError``.
    """
    first, *rest = _pieces(pattern)
    if not rest:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1] if piece)
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL)


def _pieces(pattern: str) -> list[str]:
    """The parts of a pattern between its ``%`` signs, as regular expressions."""
    pieces = [""]
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            pieces.append("")
        elif character == "\\":
            escaped = next(characters, None)
            if escaped is None:
                raise QueryError(f"pattern {pattern!r} ends in a single backslash; write two to mean one")
            pieces[-1] += re.escape(escaped)
        else:
            pieces[-1] += "." if character == "_" else re.escape(character)
    return pieces


def _both(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) and right(row)


def _either(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) or right(row)


def _equals(get: Callable[[Any], Scalar], value: Scalar) -> Predicate:
    return lambda row: get(row) == value


def _compares(get: Callable[[Any], Scalar], relation: Callable[[Any, Any], bool], value: Scalar) -> Predicate:
    kinds = next(kinds for kinds in COMPARABLE if isinstance(value, kinds))

    def met(row: Any) -> bool:
        found = get(row)
        return isinstance(found, kinds) and relation(found, value)

    return met


def _matches(get: Callable[[Any], Scalar], pattern: re.Pattern[str]) -> Predicate:
    def met(row: Any) -> bool:
        found = get(row)
        return isinstance(found, str) and pattern.fullmatch(found) is not None

    return met
