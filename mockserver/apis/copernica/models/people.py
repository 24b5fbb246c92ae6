"""Profiles and subprofiles, and what changed of them.

Values lie under the id of their field, so that a field can be renamed; every value is text, as clients see it (see
`mockserver.apis.copernica.service.values`). A field without an entry has its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.kernel.store.protocol import Index, Kind
from mockserver.kernel.store.query import Order


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody in a database. ``interests`` are ids; ``created`` and ``modified`` are moments as clients see them."""

    id: str
    number: int
    database: str
    secret: str
    created: str
    modified: str
    values: Mapping[str, str]
    interests: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """The database whose fields it has values for."""
        return self.database


@dataclass(frozen=True, slots=True)
class Subprofile:
    """One thing of a collection that belongs to a profile."""

    id: str
    number: int
    profile: str
    collection: str
    secret: str
    created: str
    modified: str
    values: Mapping[str, str]

    @property
    def place(self) -> str:
        """The collection whose fields it has values for."""
        return self.collection


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a profile, its interests or its subprofiles: what conditions of the type Change ask for.

    ``type`` is one of the change types of the promise; ``field`` the field that changed and ``interest`` the interest,
    if any; ``time`` a moment as clients see it.
    """

    id: str
    number: int
    profile: str
    type: str
    time: str
    field: str = ""
    interest: str = ""
    subprofile: str = ""
    database: str = ""


PROFILES: Kind[Profile] = Kind("copernica.profile", Profile, indexes=(Index(("database",), "number"),))
SUBPROFILES: Kind[Subprofile] = Kind(
    "copernica.subprofile",
    Subprofile,
    indexes=(
        Index(("profile",), "number"),
        Index(("collection",), "number"),
        Index(("profile", "collection"), "number"),
    ),
)
CHANGES: Kind[Change] = Kind(
    "copernica.change", Change, indexes=(Index(("profile",), "number"), Index(("database", "type"), "number"))
)

PROFILE_DATABASE = PROFILES.attribute("database")
PROFILE_NUMBER = PROFILES.attribute("number")
PROFILES_BY_NUMBER = (Order(PROFILE_NUMBER),)

SUBPROFILE_COLLECTION = SUBPROFILES.attribute("collection")
SUBPROFILE_NUMBER = SUBPROFILES.attribute("number")
SUBPROFILE_PROFILE = SUBPROFILES.attribute("profile")
SUBPROFILES_BY_NUMBER = (Order(SUBPROFILE_NUMBER),)

CHANGE_DATABASE = CHANGES.attribute("database")
CHANGE_PROFILE = CHANGES.attribute("profile")
CHANGE_TYPE = CHANGES.attribute("type")

KINDS = (PROFILES, SUBPROFILES, CHANGES)
