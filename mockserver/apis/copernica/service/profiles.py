"""Profiles: values of the fields of their database, interests, a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.people import PROFILES, SUBPROFILE_PROFILE, SUBPROFILES, Profile
from mockserver.apis.copernica.models.structure import DATABASES, Account, Database, Interest
from mockserver.apis.copernica.service import changes, interests
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.numbers import next_id, stamp
from mockserver.apis.copernica.service.rows import keep, with_values
from mockserver.kernel.errors import NotFound
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

#: Names or ids of interests: those that are on, or for each whether it is on.
Switches = Sequence[str] | Mapping[str, bool]


def numbered(work: Work, account: Account, key: str) -> tuple[Profile, Database]:
    """The profile with an id, and its database; raises ``NotFound``, also for another account's (UNKNOWN-ID)."""
    found = work.store.get(PROFILES, key)
    database = None if found is None else work.store.get(DATABASES, found.database)
    if found is None or database is None or database.account != account.id:
        raise NotFound(f"there is no profile {key[:80]!r}", rule="UNKNOWN-ID")
    return found, database


def create(work: Work, database: Database, given: Mapping[str, Any]) -> Profile:
    """A new profile; ``given`` are values by names of fields, the others have their defaults. Raises ``BadInput``."""
    values = Layout(work, database).fresh(given)
    key, number = next_id(work, "profile")
    now = stamp(work)
    made = Profile(key, number, database.id, work.ids.token(), now, now, values)
    work.store.insert(PROFILES, made)
    return made


def change(
    work: Work,
    database: Database,
    profile: Profile,
    *,
    given: Mapping[str, Any] | None = None,
    switches: Switches | None = None,
    secret: str | None = None,
) -> Profile:
    """Change what is not ``None``: values of fields, all the interests (INTERESTS-IN-PUT), the secret.

    Raises ``BadInput``.
    """
    changed = profile
    if given:
        layout = Layout(work, database)
        changed = with_values(changed, layout, layout.read(given))
    if switches is not None:
        changed = replace(changed, interests=switched(work, database, switches))
    if secret is not None:
        changed = replace(changed, secret=secret)
    return keep(work, profile, changed)


def change_all(work: Work, layout: Layout, profiles: Iterable[Profile], given: Mapping[str, Any]) -> None:
    """Change values of fields of many profiles of one database; raises ``BadInput``."""
    values = layout.read(given)
    for one in profiles:
        keep(work, one, with_values(one, layout, values))


def add_interests(work: Work, database: Database, profile: Profile, switches: Switches) -> Profile:
    """Switch interests on or off; those that are not named stay as they are. Raises ``BadInput``."""
    now = switched(work, database, switches, before=profile.interests)
    return keep(work, profile, replace(profile, interests=now))


def switched(
    work: Work, database: Database, switches: Switches, *, before: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Ids of the interests that are on after some were switched; raises ``BadInput`` (INTEREST-UNKNOWN)."""
    named = interests.all_meant(work, database, switches)
    on = dict.fromkeys(switches, True) if not isinstance(switches, Mapping) else switches
    ids = set(before)
    for text, interest in named.items():
        (ids.add if on[text] else ids.discard)(interest.id)
    return frozenset(ids)


def interests_of(work: Work, database: Database, profile: Profile) -> list[Interest]:
    """The interests that are on, by id."""
    on = profile.interests
    return [one for one in interests.listed(work, database) if one.id in on] if on else []


def delete(work: Work, profile: Profile) -> None:
    """No such profile any more, nor its subprofiles."""
    for one in work.store.select(SUBPROFILES, Eq(SUBPROFILE_PROFILE, profile.id)):
        work.store.delete(SUBPROFILES, one.id)
    changes.forget(work, profile)
    work.store.delete(PROFILES, profile.id)
