"""What changed of profiles: the log that conditions of the type Change ask.

Types of changes are words of the promise, of those that name one event: what is the union of others (any, interest) or
the lack of them (noedit) is not logged. `EDIT` and `EDIT_SUBPROFILE` have a row for each field that changed; the
``field`` of a row is empty where the secret did. That a profile was made is not logged: its ``created`` says so, and
`of` adds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockserver.apis.copernica.models.people import (
    CHANGE_DATABASE,
    CHANGE_PROFILE,
    CHANGE_TYPE,
    CHANGES,
    PROFILES,
    Change,
    Profile,
    Subprofile,
)
from mockserver.apis.copernica.service.numbers import next_id, stamp
from mockserver.kernel.store.query import And, Eq
from mockserver.kernel.work import Work

NEW, EDIT = "new", "edit"
GOT_INTEREST, LOST_INTEREST = "gotinterest", "lostinterest"
NEW_SUBPROFILE, EDIT_SUBPROFILE, REMOVE_SUBPROFILE = "newsubprofile", "editsubprofile", "removesubprofile"
TYPES = (NEW, EDIT, GOT_INTEREST, LOST_INTEREST, NEW_SUBPROFILE, EDIT_SUBPROFILE, REMOVE_SUBPROFILE)


def of(work: Work, profile: Profile) -> list[Change]:
    """Every change of a profile, its creation first; the others in no order."""
    made = Change("0", 0, profile.id, NEW, profile.created, database=profile.database)
    return [made, *work.store.select(CHANGES, Eq(CHANGE_PROFILE, profile.id))]


def logged(work: Work, database: str, kinds: Iterable[str]) -> Iterator[Change]:
    """Changes of some types of all profiles of a database; creations are not logged."""
    for kind in kinds:
        yield from work.store.select(CHANGES, And(Eq(CHANGE_DATABASE, database), Eq(CHANGE_TYPE, kind)))


def edited(work: Work, row: Profile | Subprofile, field: str) -> None:
    """A field of a profile or subprofile has another value; without a field, it has another secret."""
    if isinstance(row, Profile):
        _log(work, row, EDIT, field=field)
    else:
        _log(work, _owner(work, row), EDIT_SUBPROFILE, field=field, subprofile=row.id)


def interests(work: Work, profile: Profile, *, before: frozenset[str]) -> None:
    """A profile has other interests than ``before``."""
    for kind, ids in ((GOT_INTEREST, profile.interests - before), (LOST_INTEREST, before - profile.interests)):
        for interest in sorted(ids, key=int):
            _log(work, profile, kind, interest=interest)


def subprofile(work: Work, row: Subprofile, kind: str) -> None:
    """A subprofile is new, or gone: `NEW_SUBPROFILE`, `REMOVE_SUBPROFILE`."""
    _log(work, _owner(work, row), kind, subprofile=row.id)


def forget(work: Work, profile: Profile) -> None:
    """The log goes with its profile."""
    for change in work.store.select(CHANGES, Eq(CHANGE_PROFILE, profile.id)):
        work.store.delete(CHANGES, change.id)


def _owner(work: Work, row: Subprofile) -> Profile | None:
    return work.store.get(PROFILES, row.profile)


def _log(
    work: Work, profile: Profile | None, kind: str, *, field: str = "", interest: str = "", subprofile: str = ""
) -> None:
    """A line about a profile; there is none about one that is gone."""
    if profile is not None:
        key, number = next_id(work, "change")
        now, database = stamp(work), profile.database
        work.store.insert(CHANGES, Change(key, number, profile.id, kind, now, field, interest, subprofile, database))
