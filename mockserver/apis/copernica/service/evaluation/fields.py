"""Conditions on what somebody has in a field."""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, gt, lt
from typing import Any

from mockserver.apis.copernica.models.selections import (
    CONTAINS,
    EQUALS,
    IS_EMAIL,
    IS_NUMERIC,
    LESS,
    MORE,
    NOT_CONTAINS,
    NOT_EQUALS,
    REGEXP,
    FieldCondition,
)
from mockserver.apis.copernica.models.structure import Field
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, nobody, reader
from mockserver.apis.copernica.service.filters import compared
from mockserver.apis.copernica.service.values import DATE_TYPES, MIDNIGHT, MOMENT_TYPES, NUMBER_TYPES, number
from mockserver.kernel.patterns import searcher

EMAIL = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"

_OPERATORS = {EQUALS: "==", LESS: "<", MORE: ">"}
_RELATIONS = {EQUALS: eq, LESS: lt, MORE: gt}
_OPPOSITES = {NOT_EQUALS: EQUALS, NOT_CONTAINS: CONTAINS}


def test(scope: Scope, condition: FieldCondition) -> Test:
    """Whether a field stands in a relation to another one, or else to a value (CONDITION-FIELD-KIND).

    Nobody meets a condition on a field that is gone, not even its opposite (FIELD-DELETED).
    """
    field = scope.field(condition.field)
    other = scope.field(condition.other_field) if condition.other_field else None
    if field is None or (condition.other_field and other is None):
        return nobody
    relation = _OPPOSITES.get(condition.comparison, condition.comparison)
    numeric = condition.numeric_comparison
    if other is None or relation in (IS_EMAIL, IS_NUMERIC, REGEXP):
        met, read = _alone(field, relation, condition.value, numeric), reader(field)
        if relation == condition.comparison:
            return lambda person: met(read(person))
        return lambda person: not met(read(person))
    both = _two(field, other, relation, numeric)
    return both if relation == condition.comparison else lambda person: not both(person)


def _alone(field: Field, relation: str, value: str, numeric: bool) -> Callable[[str], object]:
    """A relation of a field to a value: numbers and moments compare as filters compare them."""
    if relation == CONTAINS:
        return lambda text: value in text
    if relation == IS_NUMERIC:
        return lambda text: number(text) is not None
    if relation in (IS_EMAIL, REGEXP):
        return searcher(EMAIL if relation == IS_EMAIL else value)
    if numeric and field.type not in NUMBER_TYPES:
        wanted, related = number(value), _RELATIONS[relation]
        return lambda text: wanted is not None and (found := number(text)) is not None and related(found, wanted)
    return compared(field.type, _OPERATORS[relation], value)


def _two(field: Field, other: Field, relation: str, numeric: bool) -> Test:
    """A relation of two fields: what has no key is in none."""
    left, right, related = reader(field), reader(other), _RELATIONS.get(relation)
    if related is None:
        return lambda person: right(person) in left(person)
    key, other_key = _keys(field, other, numeric)

    def met(person: Any) -> bool:
        one, two = key(left(person)), other_key(right(person))
        return one is not None and two is not None and related(one, two)

    return met


def _keys(field: Field, other: Field, numeric: bool) -> tuple[Callable[[str], Any], Callable[[str], Any]]:
    """What of two values is compared: numbers if both are or shall be, moments if both are, else texts."""
    types = (field.type, other.type)
    if numeric or all(one in NUMBER_TYPES for one in types):
        return number, number
    if all(one in MOMENT_TYPES for one in types):
        return _moment(field.type), _moment(other.type)
    return str, str


def _moment(kind: str) -> Callable[[str], str | None]:
    rest = MIDNIGHT if kind in DATE_TYPES else ""
    return lambda text: text + rest if text else None
