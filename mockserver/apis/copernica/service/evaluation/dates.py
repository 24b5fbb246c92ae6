"""Conditions on dates in fields."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.apis.copernica.models.selections import IGNORE_YEAR, DateCondition
from mockserver.apis.copernica.models.structure import Field
from mockserver.apis.copernica.service.evaluation.scope import Scope, Test, nobody, reader
from mockserver.apis.copernica.service.spans import Span, span
from mockserver.apis.copernica.service.values import DATE_TYPES, MIDNIGHT, MOMENT_TYPES, NO_MOMENT, moment

#: Where month and day stand in the text of a moment.
MONTH_AND_DAY = slice(5, 10)


def test(scope: Scope, condition: DateCondition) -> Test:
    """Whether the date in a field lies in the span; who has no date there is in none (CONDITION-DATE)."""
    field = scope.field(condition.field)
    if field is None:
        return nobody
    read, when, wanted = reader(field), _moment_of(field), span(scope.work, condition)
    within = _yearly(wanted) if condition.compare_mode == IGNORE_YEAR else wanted.__contains__
    return lambda person: (found := when(read(person))) is not None and within(found)


def _moment_of(field: Field) -> Callable[[str], str | None]:
    """What reads moments from values of a field: those of dates and times are moments already, or none."""
    if field.type not in MOMENT_TYPES:
        return moment
    none, rest = NO_MOMENT[field.type], MIDNIGHT if field.type in DATE_TYPES else ""
    return lambda text: None if text in (none, "") else text + rest


def _yearly(span: Span) -> Callable[[str], bool]:
    """Whether month and day lie in a span of whatever year; one that ends before it starts goes over the new year."""
    first, last = span.earliest[MONTH_AND_DAY], span.latest[MONTH_AND_DAY] or "12-31"
    if first <= last:
        return lambda moment: first <= moment[MONTH_AND_DAY] <= last
    return lambda moment: not last < moment[MONTH_AND_DAY] < first
