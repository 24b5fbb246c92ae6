"""Logfiles: the events of one type, product and day."""

from __future__ import annotations

from datetime import date

from mockserver.apis.copernica.models.mailings import (
    EVENT_LOGFILE,
    EVENTS,
    EVENTS_BY_NUMBER,
    LOGFILE_ACCOUNT,
    LOGFILE_DAY,
    LOGFILES,
    LOGFILES_BY_NAME,
    UNIQUE_LOGFILE_NAME,
    Event,
    Logfile,
)
from mockserver.apis.copernica.models.structure import Account
from mockserver.kernel.errors import NotFound
from mockserver.kernel.store.query import And, Eq
from mockserver.kernel.work import Work


def dates(work: Work, account: Account) -> list[str]:
    """The days that have logfiles, the oldest first."""
    return sorted({one.day for one in work.store.select(LOGFILES, Eq(LOGFILE_ACCOUNT, account.id))})


def names(work: Work, account: Account, day: date) -> list[str]:
    """The names of the logfiles of a day, sorted."""
    both = And(Eq(LOGFILE_ACCOUNT, account.id), Eq(LOGFILE_DAY, str(day)))
    return [one.name for one in work.store.select(LOGFILES, both, order=LOGFILES_BY_NAME)]


def named(work: Work, account: Account, name: str) -> Logfile:
    """The logfile of a name; raises ``NotFound`` (LOGFILE-ADDRESS)."""
    found = work.store.find(UNIQUE_LOGFILE_NAME, account.id, name)
    if found is None:
        raise NotFound(f"there is no logfile {name[:80]!r}", rule="LOGFILE-ADDRESS")
    return found


def lines(work: Work, logfile: Logfile) -> list[Event]:
    """What it has, in the order of time."""
    return work.store.select(EVENTS, Eq(EVENT_LOGFILE, logfile.id), order=EVENTS_BY_NUMBER)
