"""Profiles and subprofiles that a seed writes out, made and changed when it says, as clients would have done it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from apitwin.data.faults import place_of
from mockserver.apis.copernica.models.people import PROFILES, SUBPROFILES, Profile, Subprofile
from mockserver.apis.copernica.models.structure import Collection, Database
from mockserver.apis.copernica.seeds.names import at_moment, named
from mockserver.apis.copernica.service import interests, profiles, subprofiles
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.rows import keep, with_values
from mockserver.kernel.seeds import numbered, placed
from mockserver.kernel.work import Work

Entry = Mapping[str, Any]


def plant(
    work: Work, database: Database, collections: Mapping[str, Collection], entries: Iterable[Entry], place: str
) -> None:
    """Profiles with their subprofiles; raises ``SeedError``."""
    planter = _Planter(work, database, collections)
    for at, entry in numbered(entries, place):
        profile = planter.profile(at, entry)
        for name, ones in entry.get("subprofiles", {}).items():
            collection = named(f"{at}.subprofiles", "collection", name, collections)
            for where, one in numbered(ones, f"{at}.{place_of('subprofiles', name)}"):
                planter.subprofile(where, one, profile, collection)
        planter.profile_changes(f"{at}.changes", entry.get("changes", ()), profile)


class _Planter:
    """The database whose profiles are planted."""

    def __init__(self, work: Work, database: Database, collections: Mapping[str, Collection]) -> None:
        self._work, self._database = work, database
        self._layout = Layout(work, database)
        self._layouts = {one.id: Layout(work, one) for one in collections.values()}
        self._interests = {one.name: one for one in interests.listed(work, database)}

    def profile(self, at: str, entry: Entry) -> Profile:
        """A profile as it was in the beginning."""
        self._check(at, self._layout, entry)
        then = at_moment(self._work, f"{at}.created", entry.get("created"))
        with placed(at):
            made = profiles.create(then, self._database, entry["fields"])
            on = profiles.switched(then, self._database, entry.get("interests", ()))
        settled = replace(made, interests=on, secret=entry.get("secret", made.secret))
        self._work.store.replace(PROFILES, settled)
        return settled

    def profile_changes(self, at: str, entries: Iterable[Entry], profile: Profile) -> None:
        """What became of it."""
        for where, entry in numbered(entries, at):
            self._check(where, self._layout, entry)
            with placed(where):
                profile = profiles.change(
                    at_moment(self._work, f"{where}.at", entry["at"], after=profile.modified),
                    self._database,
                    profile,
                    given=entry.get("fields"),
                    switches=entry.get("interests"),
                    secret=entry.get("secret"),
                )

    def subprofile(self, at: str, entry: Entry, profile: Profile, collection: Collection) -> None:
        """A subprofile, and what became of it."""
        layout = self._layouts[collection.id]
        self._check(at, layout, entry)
        then = at_moment(self._work, f"{at}.created", entry.get("created"), after=profile.created)
        with placed(at):
            made = subprofiles.create(then, profile, collection, entry["fields"])
        row: Subprofile = replace(made, secret=entry.get("secret", made.secret))
        self._work.store.replace(SUBPROFILES, row)
        for where, change in numbered(entry.get("changes", ()), f"{at}.changes"):
            self._check(where, layout, change)
            after = with_values(row, layout, layout.read(change.get("fields", {})))
            later = at_moment(self._work, f"{where}.at", change["at"], after=row.modified)
            row = keep(later, row, replace(after, secret=change.get("secret", after.secret)))

    def _check(self, at: str, layout: Layout, entry: Entry) -> None:
        """That all names are known."""
        for name in entry.get("fields", ()):
            named(f"{at}.fields", "field", name, layout.named)
        for where, name in numbered(entry.get("interests", ()), f"{at}.interests"):
            named(where, "interest", name, self._interests)
