"""Spans of time that conditions ask for. Moments are text as clients see it, whose order is that of time."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mockserver.apis.copernica.models.selections import PLUS, SIGNS, UNITS, Mutation, TimedCondition
from mockserver.apis.copernica.service import values
from mockserver.kernel.errors import BadInput
from mockserver.kernel.work import Work

FIRST, LAST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)

#: Units a moment can be rounded down to, and how much of its text stays; a week is none.
FLOORS = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16, "second": 19}

_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12}
_LOWEST = "0000-01-01 00:00:00"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``earliest`` to ``latest``, both included; empty where it is open."""

    earliest: str = ""
    latest: str = ""

    def __contains__(self, moment: str) -> bool:
        return self.earliest <= moment and (moment <= self.latest or not self.latest)


def moment(name: str, value: str | bool) -> str:
    """A moment that a client wrote, empty for none (which may be false); raises ``BadInput``."""
    text = values.spelled(value)
    found = values.moment(text)
    if found is None and text:
        raise BadInput(f"{name}: {text[:80]!r} is no moment; allowed: 2026-11-25 13:45:00 or 2026-11-25")
    return found or ""


def mutation(text: str, parts: Sequence[str] = ()) -> Mutation:
    """The offset that sign, count, unit and floor mean; anything else is kept as its text (MUTATIONS)."""
    if len(parts) not in (3, 4):
        return Mutation(text)
    sign, count, unit, floor = (*parts, "")[:4]
    known = sign in SIGNS and _COUNT.fullmatch(count) and unit in UNITS and floor in ("", *FLOORS)
    return Mutation(text, sign, int(count), unit, floor) if known else Mutation(text)


def span(work: Work, condition: TimedCondition) -> Span:
    """The span of a condition as things are now. An offset beats a fixed moment (MUTATION-BOUNDS)."""
    now = work.clock.now().replace(tzinfo=None, microsecond=0)
    return Span(
        earliest=_bound(condition.after_mutation, condition.after_time, now),
        latest=_bound(condition.before_mutation, condition.before_time, now),
    )


def _bound(mutation: Mutation | None, fixed: str, now: datetime) -> str:
    if mutation is None or not mutation.unit:
        return fixed
    return _floored(_moved(now, mutation).isoformat(" "), mutation.floor)


def _moved(now: datetime, mutation: Mutation) -> datetime:
    """A moment so much later or earlier. A day that a month lacks is its last, a year that nobody has the nearest."""
    count = mutation.count if mutation.sign == PLUS else -mutation.count
    try:
        if mutation.unit in _MONTHS:
            return _months_on(now, count * _MONTHS[mutation.unit])
        return now + timedelta(seconds=count * _SECONDS[mutation.unit])
    except (OverflowError, ValueError):
        return LAST if count > 0 else FIRST


def _months_on(now: datetime, count: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 + count, 12)
    day = min(now.day, monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def _floored(moment: str, floor: str) -> str:
    """A moment down to a whole unit."""
    kept = FLOORS[floor] if floor else len(_LOWEST)
    return moment[:kept] + _LOWEST[kept:]
