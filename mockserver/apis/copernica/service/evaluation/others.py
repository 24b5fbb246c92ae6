"""Conditions that compare somebody with all others: equal fields, and a place in an order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from mockserver.apis.copernica.models.selections import (
    LAST,
    NON_REPEATED,
    NON_UNIQUE,
    REPEATED,
    TO_BE_REPEATED,
    UNIQUE,
    DoubleFieldCondition,
    PartCondition,
)
from mockserver.apis.copernica.models.structure import Field
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, nobody, reader
from mockserver.apis.copernica.service.lists import field_key

_EXTENT = re.compile(r"(-?[0-9.]+)(%?)")


def double(scope: Scope, condition: DoubleFieldCondition) -> Test:
    """Whether others have the same in all fields, and who of those is first or last by id (CONDITION-DOUBLEFIELD)."""
    fields = _fields(scope, condition.fields)
    if not fields:
        return nobody
    readers = [reader(one) for one in fields]
    same: dict[tuple[str, ...], list[str]] = {}
    for person in scope.everybody:
        same.setdefault(tuple([read(person) for read in readers]), []).append(person.id)
    ids = frozenset(key for group in same.values() for key in _chosen(condition.match_mode, group))
    return lambda person: person.id in ids


def part(scope: Scope, condition: PartCondition) -> Test:
    """Whether somebody lies in a slice of all, in the order of some fields and else by id (CONDITION-PART)."""
    fields = _fields(scope, condition.fields)
    if fields is None:
        return nobody
    people = list(scope.everybody)
    for field in reversed(fields):
        people.sort(key=field_key(field))
    first, last = bounds(condition.begin, condition.length, len(people))
    ids = frozenset(one.id for one in people[first:last])
    return lambda person: person.id in ids


def bounds(begin: str, length: str, size: int) -> tuple[int, int]:
    """First and behind-last place of a slice of so many: below zero counts from the end."""
    start = _amount(begin or "0", size)
    first = max(size + start, 0) if start < 0 else min(start, size)
    taken = _amount(length or str(size), size)
    return first, max(size + taken, first) if taken < 0 else min(first + taken, size)


def _amount(text: str, size: int) -> int:
    """A number, or a percentage of a size, without its fraction."""
    found = _EXTENT.fullmatch(text)
    if found is None:
        return 0
    number, percent = Decimal(found[1]), found[2]
    return int(number * size / 100 if percent else number)


def _fields(scope: Scope, keys: Sequence[str]) -> list[Field] | None:
    """Fields with these ids; ``None`` when one of them is gone (FIELD-DELETED)."""
    found = [scope.field(key) for key in keys]
    return None if None in found else [one for one in found if one is not None]


def _chosen(mode: str, group: list[str]) -> list[str]:
    """Who of those that have the same meets a mode; they are in the order of ids."""
    repeats = len(group) > 1
    return {
        UNIQUE: [] if repeats else group,
        NON_UNIQUE: group if repeats else [],
        REPEATED: group[1:],
        NON_REPEATED: group[:1],
        LAST: group[-1:],
        TO_BE_REPEATED: group[:-1],
    }[mode]
