"""Subprofiles: what a profile has in a collection, with values of the fields of the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.apis.copernica.models.people import SUBPROFILES, Profile, Subprofile
from mockserver.apis.copernica.models.structure import COLLECTIONS, DATABASES, Account, Collection, Database
from mockserver.apis.copernica.service import changes
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.numbers import next_id, stamp
from mockserver.apis.copernica.service.rows import keep, with_values
from mockserver.kernel.errors import NotFound
from mockserver.kernel.work import Work


def numbered(work: Work, account: Account, key: str) -> tuple[Subprofile, Collection]:
    """The subprofile with an id, and its collection; raises ``NotFound``, also for another account's (UNKNOWN-ID)."""
    found = work.store.get(SUBPROFILES, key)
    collection = None if found is None else work.store.get(COLLECTIONS, found.collection)
    database = None if collection is None else work.store.get(DATABASES, collection.database)
    if found is None or collection is None or database is None or database.account != account.id:
        raise NotFound(f"there is no subprofile {key[:80]!r}", rule="UNKNOWN-ID")
    return found, collection


def collection_for(work: Work, database: Database, key: str) -> Collection:
    """The collection with an id in the database of a profile; raises ``NotFound`` (SUBPROFILE-PLACE)."""
    found = work.store.get(COLLECTIONS, key)
    if found is None or found.database != database.id:
        raise NotFound(f"database {database.id} has no collection {key[:80]!r}", rule="SUBPROFILE-PLACE")
    return found


def create(work: Work, profile: Profile, collection: Collection, given: Mapping[str, Any]) -> Subprofile:
    """A new subprofile; ``given`` are values by names of fields, the others have their defaults. Raises
    ``BadInput``."""
    values = Layout(work, collection).fresh(given)
    key, number = next_id(work, "subprofile")
    now = stamp(work)
    made = Subprofile(key, number, profile.id, collection.id, work.ids.token(), now, now, values)
    work.store.insert(SUBPROFILES, made)
    changes.subprofile(work, made, changes.NEW_SUBPROFILE)
    return made


def change_all(work: Work, layout: Layout, subprofiles: Iterable[Subprofile], given: Mapping[str, Any]) -> None:
    """Change values of fields of subprofiles in one collection; raises ``BadInput``."""
    values = layout.read(given)
    for one in subprofiles:
        keep(work, one, with_values(one, layout, values))


def delete(work: Work, subprofile: Subprofile) -> None:
    """No such subprofile any more."""
    work.store.delete(SUBPROFILES, subprofile.id)
    changes.subprofile(work, subprofile, changes.REMOVE_SUBPROFILE)
