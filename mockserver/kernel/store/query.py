"""The query language of the stores: conditions, order and page, over declared attributes.

Semantics, the same in every store:

* values are ``str``, ``int``, ``float``, ``bool`` or ``None``; numbers compare as numbers, strings by code point.
  Case-insensitive names are stored folded in an attribute of their own (``name_key``), so no comparison folds.
* ``None`` equals only ``None``; it is never less, greater or like anything; it sorts before every value.
* rows that tie in the requested order come by primary key, so every order is total.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any, Literal

Scalar = str | int | float | bool | None
Operator = Literal["<", "<=", ">", ">="]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Eq:
    """Rows whose attribute equals the value."""

    attribute: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Compare:
    """Rows whose attribute stands in the given relation to the value."""

    attribute: str
    operator: Operator
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Like:
    r"""Rows whose string attribute matches an SQL pattern: ``%`` any run, ``_`` any one character, ``\`` escapes."""

    attribute: str
    pattern: str


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

    attribute: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A window on the ordered rows: skip ``offset`` rows, or start behind the row whose primary key is ``after``."""

    limit: int | None = None
    offset: int = 0
    after: str | None = None


WHOLE = Page()


def attributes_of(condition: Condition | None) -> frozenset[str]:
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
    """The attributes a condition pins to one value, whatever else it asks: what an index can serve."""
    match condition:
        case Eq():
            return {condition.attribute: condition.value}
        case And():
            pinned: dict[str, Scalar] = {}
            for part in condition.conditions:
                pinned.update(equalities_of(part))
            return pinned
        case _:
            return {}


def holds(condition: Condition, row: object) -> bool:
    """Whether a row meets a condition: the reference semantics of the language."""
    match condition:
        case Eq():
            return _same(getattr(row, condition.attribute), condition.value)
        case Compare():
            value = getattr(row, condition.attribute)
            return comparable(value, condition.value) and COMPARISONS[condition.operator](value, condition.value)
        case Like():
            value = getattr(row, condition.attribute)
            return isinstance(value, str) and like_pattern(condition.pattern).fullmatch(value) is not None
        case Not():
            return not holds(condition.condition, row)
        case And():
            return all(holds(part, row) for part in condition.conditions)
        case Or():
            return any(holds(part, row) for part in condition.conditions)


def comparable(left: Scalar, right: Scalar) -> bool:
    """Strings compare with strings, numbers with numbers; nothing else compares."""
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str)
    return left is not None and right is not None


def sort_value(value: Scalar) -> tuple[int, Any]:
    """A key that sorts ``None`` first, numbers next, strings last, each by its own order."""
    if value is None:
        return (0, 0)
    return (2, value) if isinstance(value, str) else (1, value)


@lru_cache(maxsize=1024)
def like_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression equal to an SQL ``LIKE`` pattern."""
    parts: list[str] = []
    escaped = False
    for character in pattern:
        if escaped:
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
    return re.compile("".join(parts), re.DOTALL)


def _same(left: Scalar, right: Scalar) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right
