"""What happened to messages, and when: windows of days, and the events of them by what they happened to."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from mockserver.apis.copernica.models.mailings import (
    DETAILS_OF,
    EVENT_ACCOUNT,
    EVENT_DAY,
    EVENT_DESTINATION,
    EVENT_DOCUMENT,
    EVENT_EMAIL,
    EVENT_PROFILE,
    EVENT_SUBPROFILE,
    EVENT_TEMPLATE,
    EVENT_TYPE,
    EVENTS,
    EVENTS_BY_NUMBER,
    LOGFILES,
    LOGFILES_OF,
    OPEN,
    UNIQUE_LOGFILE_NAME,
    Document,
    Event,
    Logfile,
    Message,
    Sent,
    Template,
)
from mockserver.apis.copernica.models.people import Profile, Subprofile
from mockserver.apis.copernica.models.structure import Account
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.errors import BadInput
from mockserver.kernel.store.query import And, AtLeast, Attribute, Condition, Eq, Less, Page
from mockserver.kernel.work import Work

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = timedelta(days=1)
_SENT = tuple(one.name for one in fields(Sent))

#: Tags stand side by side in one text.
TAG_SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Window:
    """Days (UTC) from the ``first`` to the one before ``end``; never more than a month."""

    first: date
    end: date

    @classmethod
    def month_from(cls, day: date) -> Window:
        """The month that begins on a day."""
        return cls(day, shifted(day, 1))

    @classmethod
    def last_month(cls, work: Work) -> Window:
        """The month that ends today."""
        end = work.clock.now().date() + _DAY
        return cls(shifted(end, -1), end)

    def days(self) -> list[str]:
        """Every day, as events have it."""
        return [str(self.first + step * _DAY) for step in range((self.end - self.first).days)]


def window(*, start: date | None, end: date | None, default: Window) -> Window:
    """The window two optional days ask for: one of them means a month from or up to it, both at most a month."""
    if start is None:
        return default if end is None else Window(shifted(end, -1), end)
    month = Window.month_from(start)
    return month if end is None else Window(start, min(end, month.end))


def day(name: str, text: str) -> date:
    """The date a parameter names; raises ``BadInput``."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput(f"{name}: {text[:80]!r} is no date; allowed: YYYY-MM-DD, like 2026-01-31")


def tags_in(text: str) -> frozenset[str]:
    """The tags that a text joins by semicolons."""
    return frozenset(text.split(TAG_SEPARATOR)) - {""}


def shifted(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a month that is too short.

    There is nothing beyond the first and the last day of the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def of_profile(work: Work, profile: Profile, within: Window, tags: Collection[str] = ()) -> list[Event]:
    """Events of a profile and its subprofiles, the oldest first, as from all functions here."""
    return _selected(work, (Eq(EVENT_PROFILE, profile.id),), within, tags)


def of_subprofile(work: Work, subprofile: Subprofile, within: Window, tags: Collection[str] = ()) -> list[Event]:
    """Events of one subprofile."""
    both = Eq(EVENT_PROFILE, subprofile.profile), Eq(EVENT_SUBPROFILE, subprofile.id)
    return _selected(work, both, within, tags)


def of_message(work: Work, message: Message, within: Window, tags: Collection[str] = ()) -> list[Event]:
    """What became of one message."""
    return _selected(work, (Eq(EVENT_DESTINATION, message.destination),), within, tags)


def of_email(work: Work, account: Account, email: str, within: Window, tags: Collection[str] = ()) -> list[Event]:
    """Events of an address, in exact case."""
    return _selected(work, (Eq(EVENT_ACCOUNT, account.id), Eq(EVENT_EMAIL, email)), within, tags)


def of_template(work: Work, template: Template, within: Window, tags: Collection[str] = ()) -> list[Event]:
    """Events of what was sent with a template."""
    return _daily(work, (Eq(EVENT_TEMPLATE, template.id),), within, tags)


def of_document(work: Work, document: Document, within: Window, tags: Collection[str] = ()) -> list[Event]:
    """Events of what was sent of a document."""
    return _daily(work, (Eq(EVENT_TEMPLATE, document.template), Eq(EVENT_DOCUMENT, document.id)), within, tags)


def of_tags(work: Work, account: Account, within: Window, tags: Collection[str]) -> list[Event]:
    """Events of what carries all of some tags; raises ``BadInput`` where none is named."""
    if not tags:
        raise BadInput(f"tags: none is named; allowed: one tag, or several joined by {TAG_SEPARATOR!r}")
    return _daily(work, (Eq(EVENT_ACCOUNT, account.id),), within, tags)


def impressions(work: Work, account: Account, page: Page, wanted: Mapping[Attribute, str]) -> list[Event]:
    """Every time that a message was opened, by id; ``wanted`` are values of attributes."""
    return work.store.select(EVENTS, _opened(account, wanted), order=EVENTS_BY_NUMBER, page=page)


def count_impressions(work: Work, account: Account, wanted: Mapping[Attribute, str]) -> int:
    """How many there are."""
    return work.store.count(EVENTS, _opened(account, wanted))


def record(work: Work, message: Message, kind: str, *, time: str, details: Mapping[str, str] | None = None) -> Event:
    """Something happened to a message: an event of a type, with details of that type.

    Events are recorded in the order of time. Raises ``ValueError`` for a detail the type does not have.
    """
    given = details or {}
    strange = given.keys() - set(DETAILS_OF[kind])
    if strange:
        raise ValueError(f"{kind}: no detail {', '.join(sorted(strange))}; allowed: {', '.join(DETAILS_OF[kind])}")
    key, number = next_id(work, "event")
    sent = {name: getattr(message, name) for name in _SENT}
    day, logfile = time[:10], _logfile(work, message, kind, time[:10])
    event = Event(
        id=key,
        number=number,
        message=message.id,
        type=kind,
        time=time,
        day=day,
        logfile=logfile.id,
        details=given,
        **sent,
    )
    work.store.insert(EVENTS, event)
    return event


def _logfile(work: Work, message: Message, kind: str, day: str) -> Logfile:
    """The logfile of a day that has events of a type, made if it is the first."""
    prefix = LOGFILES_OF[message.suite][kind]
    name = f"{prefix}.{day}.log"
    found = work.store.find(UNIQUE_LOGFILE_NAME, message.account, name)
    if found is not None:
        return found
    made = Logfile(next_id(work, "logfile")[0], message.account, day, prefix, name)
    work.store.insert(LOGFILES, made)
    return made


def _opened(account: Account, wanted: Mapping[Attribute, str]) -> Condition:
    demands = [Eq(name, value) for name, value in wanted.items()]
    return And(Eq(EVENT_ACCOUNT, account.id), Eq(EVENT_TYPE, OPEN), *demands)


def _selected(work: Work, whose: tuple[Eq, ...], within: Window, tags: Collection[str]) -> list[Event]:
    """Events of something that has few."""
    days = AtLeast(EVENT_DAY, str(within.first)), Less(EVENT_DAY, str(within.end))
    return _tagged(work.store.select(EVENTS, And(*whose, *days), order=EVENTS_BY_NUMBER), tags)


def _daily(work: Work, whose: tuple[Eq, ...], within: Window, tags: Collection[str]) -> list[Event]:
    """Events of something that has many: only those days are looked at."""
    found: list[Event] = []
    for one in within.days():
        found += _tagged(work.store.select(EVENTS, And(*whose, Eq(EVENT_DAY, one)), order=EVENTS_BY_NUMBER), tags)
    return found


def _tagged(found: list[Event], tags: Collection[str]) -> list[Event]:
    """The events that carry all tags (EVENT-TAGS)."""
    return [one for one in found if set(tags) <= set(one.tags)] if tags else found
