"""Logfiles: the events of one type, product and day."""

from __future__ import annotations

from datetime import date

from mockserver.apis.copernica.models.mailings import EVENTS, LOGFILES, Event, Logfile
from mockserver.apis.copernica.models.structure import Account
from mockserver.apis.copernica.service.databases import BY_NUMBER
from mockserver.kernel.errors import NotFound
from mockserver.kernel.store.query import And, Eq, Order
from mockserver.kernel.work import Work

_BY_NAME = (Order("name"),)


def dates(work: Work, account: Account) -> list[str]:
    """The days that have logfiles, the oldest first."""
    return sorted({one.day for one in work.store.select(LOGFILES, Eq("account", account.id))})


def names(work: Work, account: Account, day: date) -> list[str]:
    """The names of the logfiles of a day, sorted."""
    both = And(Eq("account", account.id), Eq("day", str(day)))
    return [one.name for one in work.store.select(LOGFILES, both, order=_BY_NAME)]


def named(work: Work, account: Account, name: str) -> Logfile:
    """The logfile of a name; raises ``NotFound`` (LOGFILE-ADDRESS)."""
    found = work.store.find(LOGFILES, account=account.id, name=name)
    if found is None:
        raise NotFound(f"there is no logfile {name[:80]!r}", rule="LOGFILE-ADDRESS")
    return found


def lines(work: Work, logfile: Logfile) -> list[Event]:
    """What it has, in the order of time."""
    return work.store.select(EVENTS, Eq("logfile", logfile.id), order=BY_NUMBER)
