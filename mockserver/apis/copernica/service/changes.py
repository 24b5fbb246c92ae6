"""What changed of profiles: the log that conditions of the type Change ask.

Types of changes are words of the promise, of those that name one event: what is the union of others (any, interest) or
the lack of them (noedit) is not logged. `EDIT` and `EDIT_SUBPROFILE` have a row for each field that changed; the
``field`` of a row is empty where the secret did. That a profile was made is not logged: its ``created`` says so, and
`of` adds it.
"""

from __future__ import annotations

from mockserver.apis.copernica.models.people import CHANGES, Change, Profile, Subprofile
from mockserver.apis.copernica.service.numbers import next_id, stamp
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

NEW, EDIT = "new", "edit"
GOT_INTEREST, LOST_INTEREST = "gotinterest", "lostinterest"
NEW_SUBPROFILE, EDIT_SUBPROFILE, REMOVE_SUBPROFILE = "newsubprofile", "editsubprofile", "removesubprofile"
TYPES = (NEW, EDIT, GOT_INTEREST, LOST_INTEREST, NEW_SUBPROFILE, EDIT_SUBPROFILE, REMOVE_SUBPROFILE)


def of(work: Work, profile: Profile) -> list[Change]:
    """Every change of a profile, its creation first; the others in no order."""
    made = Change("0", 0, profile.id, NEW, profile.created)
    return [made, *work.store.select(CHANGES, Eq("profile", profile.id))]


def edited(work: Work, row: Profile | Subprofile, field: str) -> None:
    """A field of a profile or subprofile has another value; without a field, it has another secret."""
    if isinstance(row, Profile):
        _log(work, row.id, EDIT, field=field)
    else:
        _log(work, row.profile, EDIT_SUBPROFILE, field=field, subprofile=row.id)


def interests(work: Work, profile: Profile, *, before: frozenset[str]) -> None:
    """A profile has other interests than ``before``."""
    for kind, ids in ((GOT_INTEREST, profile.interests - before), (LOST_INTEREST, before - profile.interests)):
        for interest in sorted(ids, key=int):
            _log(work, profile.id, kind, interest=interest)


def subprofile(work: Work, row: Subprofile, kind: str) -> None:
    """A subprofile is new, or gone: `NEW_SUBPROFILE`, `REMOVE_SUBPROFILE`."""
    _log(work, row.profile, kind, subprofile=row.id)


def forget(work: Work, profile: Profile) -> None:
    """The log goes with its profile."""
    for change in work.store.select(CHANGES, Eq("profile", profile.id)):
        work.store.delete(CHANGES, change.id)


def _log(work: Work, profile: str, kind: str, *, field: str = "", interest: str = "", subprofile: str = "") -> None:
    key, number = next_id(work, "change")
    work.store.insert(CHANGES, Change(key, number, profile, kind, stamp(work), field, interest, subprofile))
