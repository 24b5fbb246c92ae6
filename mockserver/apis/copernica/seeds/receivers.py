"""Who mail goes to: profiles of a database by their address, subprofiles of these, mere addresses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockserver.apis.copernica.models.people import (
    PROFILE_DATABASE,
    PROFILES,
    PROFILES_BY_NUMBER,
    SUBPROFILE_COLLECTION,
    SUBPROFILE_PROFILE,
    SUBPROFILES,
    SUBPROFILES_BY_NUMBER,
)
from mockserver.apis.copernica.models.structure import EMAIL, Account, Database
from mockserver.apis.copernica.service import databases, fields
from mockserver.kernel.errors import NotFound
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.store.query import And, Eq, Page
from mockserver.kernel.work import Work

_FIRST = Page(limit=1)


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address, and whose it is, by ids."""

    email: str
    database: str = ""
    collection: str = ""
    profile: str = ""
    subprofile: str = ""


class Receivers:
    """Those of one account. All that looks something up raises ``SeedError`` with its place in the document."""

    def __init__(self, work: Work, account: Account) -> None:
        self._work, self._account = work, account
        self._known: dict[str, list[Receiver]] = {}

    def of(self, place: str, name: str) -> list[Receiver]:
        """The profiles of a database that have an address."""
        if name not in self._known:
            self._known[name] = self._read(place, self._database(place, name))
        return self._known[name]

    def named(self, place: str, email: str, *, database: str | None, collection: str | None) -> Receiver:
        """The first profile of a database with an address, or its first subprofile in a collection of that name."""
        if database is None:
            if collection is not None:
                raise SeedError(f"{place}.collection", f"{collection!r}: in which database? name it too")
            return Receiver(email)
        every = self.of(f"{place}.database", database)
        found = next((one for one in every if one.email == email), None)
        if found is None:
            near = nearest(email, [one.email for one in every])
            raise SeedError(f"{place}.to", f"no profile of {database!r} has the address {email!r}{near}")
        return found if collection is None else self._in_collection(f"{place}.collection", found, collection)

    def with_subprofile(self, receiver: Receiver) -> Receiver:
        """The first subprofile of a profile in its place, if it has one."""
        for one in self._work.store.select(
            SUBPROFILES, Eq(SUBPROFILE_PROFILE, receiver.profile), order=SUBPROFILES_BY_NUMBER, page=_FIRST
        ):
            return replace(receiver, collection=one.collection, subprofile=one.id)
        return receiver

    def _in_collection(self, place: str, receiver: Receiver, name: str) -> Receiver:
        database = databases.named(self._work, self._account, receiver.database)
        named = {one.name: one for one in databases.collections(self._work, database)}
        if name not in named:
            raise SeedError(place, f"no collection {name!r} in {database.name!r}{nearest(name, named)}")
        both = And(Eq(SUBPROFILE_PROFILE, receiver.profile), Eq(SUBPROFILE_COLLECTION, named[name].id))
        for one in self._work.store.select(SUBPROFILES, both, order=SUBPROFILES_BY_NUMBER, page=_FIRST):
            return replace(receiver, collection=one.collection, subprofile=one.id)
        raise SeedError(place, f"{receiver.email} has no subprofile in {name!r}")

    def _database(self, place: str, name: str) -> Database:
        try:
            return databases.named(self._work, self._account, name)
        except NotFound:
            known = [one.name for one in databases.listed(self._work, self._account)]
            raise SeedError(place, f"no database {name!r}{nearest(name, known)}") from None

    def _read(self, place: str, database: Database) -> list[Receiver]:
        addresses = [one for one in fields.listed(self._work, database) if one.type == EMAIL]
        if not addresses:
            raise SeedError(place, f"database {database.name!r} has no field of type {EMAIL}")
        field = addresses[0].id
        everybody = self._work.store.select(PROFILES, Eq(PROFILE_DATABASE, database.id), order=PROFILES_BY_NUMBER)
        reached = ((one, one.values.get(field, "")) for one in everybody)
        return [Receiver(email, database=database.id, profile=one.id) for one, email in reached if email]
