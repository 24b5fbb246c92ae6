"""Data requests: everything that is known of a profile, a subprofile or an address, some time after somebody asks.

What there is to tell is that of the moment of the request; later changes are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.apis.copernica.models.mailings import (
    ABOUT_EMAIL,
    ABOUT_PROFILE,
    ABOUT_SUBPROFILE,
    ATTEMPT,
    DATAREQUESTS,
    EVENT_ACCOUNT,
    EVENT_EMAIL,
    EVENT_PROFILE,
    EVENT_SUBPROFILE,
    EVENTS,
    EVENTS_BY_NUMBER,
    MESSAGES,
    Datarequest,
    Event,
    Known,
    Message,
)
from mockserver.apis.copernica.models.people import (
    SUBPROFILE_PROFILE,
    SUBPROFILES,
    SUBPROFILES_BY_NUMBER,
    Profile,
    Subprofile,
)
from mockserver.apis.copernica.models.structure import COLLECTIONS, Account, Collection, Database
from mockserver.apis.copernica.service import interests
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.errors import NotFound, NotReady
from mockserver.kernel.store.query import And, Condition, Eq
from mockserver.kernel.work import Work

PENDING, AVAILABLE, NOT_AVAILABLE = "pending", "available", "not available"

#: What the pages show in place of data that are not there yet.
NOT_YET = "Data not available (yet)"

#: The setting that says how many seconds it takes to gather the data, and how many it takes unless it says another
#: number; for how many they are kept then (DATAREQUEST-TIMES).
DELAY = "datarequest-delay"
GATHERING = 60
KEPT = 7 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who wants to know what."""

    account: str
    type: str
    subject: str
    report: str


def about_profile(work: Work, database: Database, profile: Profile, report: str) -> Datarequest:
    """Start to gather what is known of a profile and its subprofiles; ``report`` is kept, nothing is sent there."""
    known = [_profile(work, database, profile)]
    for one in work.store.select(SUBPROFILES, Eq(SUBPROFILE_PROFILE, profile.id), order=SUBPROFILES_BY_NUMBER):
        collection = work.store.get(COLLECTIONS, one.collection)
        known += [] if collection is None else [_subprofile(work, collection, one)]
    asked = _Asked(database.account, ABOUT_PROFILE, profile.id, report)
    return _made(work, asked, known, Eq(EVENT_PROFILE, profile.id))


def about_subprofile(
    work: Work, account: Account, collection: Collection, subprofile: Subprofile, report: str
) -> Datarequest:
    """The same for one subprofile."""
    whose = And(Eq(EVENT_PROFILE, subprofile.profile), Eq(EVENT_SUBPROFILE, subprofile.id))
    asked = _Asked(account.id, ABOUT_SUBPROFILE, subprofile.id, report)
    return _made(work, asked, [_subprofile(work, collection, subprofile)], whose)


def about_email(work: Work, account: Account, email: str, report: str) -> Datarequest:
    """The same for an address, whoever has it: what was sent there, and what became of it."""
    asked = _Asked(account.id, ABOUT_EMAIL, email, report)
    return _made(work, asked, [], And(Eq(EVENT_ACCOUNT, account.id), Eq(EVENT_EMAIL, email)))


def status(work: Work, account: Account, key: str) -> str:
    """How far a request is; ``NOT_AVAILABLE`` for one that nobody made or whose data expired."""
    found = work.store.get(DATAREQUESTS, key)
    if found is None or found.account != account.id:
        return NOT_AVAILABLE
    gathered = work.clock.timestamp() - found.created - int(work.settings.get(DELAY, GATHERING) or 0)
    if gathered < 0:
        return PENDING
    return AVAILABLE if gathered < KEPT else NOT_AVAILABLE


def check_delay(seconds: int) -> None:
    """Raise ``ValueError`` for what no delay is."""
    if not 0 <= seconds <= KEPT:
        raise ValueError(f"allowed: 0 to {KEPT} seconds")


def asked(work: Work, account: Account, key: str) -> Datarequest:
    """The request with an id, as long as its data are not expired; raises ``NotFound`` (UNKNOWN-ID)."""
    found = work.store.get(DATAREQUESTS, key)
    if found is None or status(work, account, key) == NOT_AVAILABLE:
        raise NotFound(f"there is no data request {key!r}, or its data expired", rule="UNKNOWN-ID")
    return found


def ready(work: Work, account: Account, key: str) -> Datarequest:
    """A request whose data are there; raises ``NotReady``, and ``NotFound`` like `asked`."""
    found = asked(work, account, key)
    if status(work, account, key) == PENDING:
        raise NotReady(NOT_YET)
    return found


def events_of(work: Work, request: Datarequest) -> list[Event]:
    """The events that a request found."""
    found = (work.store.get(EVENTS, key) for key in request.events)
    return [one for one in found if one is not None]


def messages_of(work: Work, request: Datarequest) -> list[Message]:
    """The messages that a request found."""
    found = (work.store.get(MESSAGES, key) for key in request.messages)
    return [one for one in found if one is not None]


def _made(work: Work, asked: _Asked, known: list[Known], whose: Condition) -> Datarequest:
    found = work.store.select(EVENTS, whose, order=EVENTS_BY_NUMBER)
    key, number = next_id(work, "datarequest")
    made = Datarequest(
        id=key,
        number=number,
        account=asked.account,
        type=asked.type,
        subject=asked.subject,
        report=asked.report,
        created=int(work.clock.timestamp()),
        known=tuple(known),
        messages=tuple(one.message for one in found if one.type == ATTEMPT),
        events=tuple(one.id for one in found),
    )
    work.store.insert(DATAREQUESTS, made)
    return made


def _profile(work: Work, database: Database, profile: Profile) -> Known:
    values = Layout(work, database).shown(profile.values)
    names = tuple(one.name for one in interests.listed(work, database) if one.id in profile.interests)
    return Known(ABOUT_PROFILE, profile.id, database.id, profile.created, profile.modified, values, names)


def _subprofile(work: Work, collection: Collection, subprofile: Subprofile) -> Known:
    values = Layout(work, collection).shown(subprofile.values)
    return Known(ABOUT_SUBPROFILE, subprofile.id, collection.id, subprofile.created, subprofile.modified, values)
