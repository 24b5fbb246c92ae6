"""What conditions ask: everybody there is to select from, their fields, and who is in other selections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from mockserver.apis.copernica.models.people import (
    PROFILE_DATABASE,
    PROFILES,
    PROFILES_BY_NUMBER,
    SUBPROFILE_COLLECTION,
    SUBPROFILES,
    SUBPROFILES_BY_NUMBER,
    Profile,
    Subprofile,
)
from mockserver.apis.copernica.models.structure import Collection, Database, Field
from mockserver.apis.copernica.service import fields
from mockserver.apis.copernica.service.values import default
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

Person = Profile | Subprofile

#: A condition, made ready to be asked of everybody.
Test = Callable[[Person], object]


def nobody(_: Person) -> bool:
    """What cannot be met."""
    return False


def anybody(_: Person) -> bool:
    """What is always met."""
    return True


class Scope:
    """The profiles of a database, or the subprofiles of a collection.

    ``members`` tells who is in the selection whose rules have an owner; ``None`` when it is gone.
    """

    def __init__(
        self, work: Work, place: Database | Collection, members: Callable[[str], Sequence[Person] | None]
    ) -> None:
        self.work, self.place, self.members = work, place, members

    @cached_property
    def everybody(self) -> Sequence[Person]:
        """All of them, by id."""
        if isinstance(self.place, Database):
            return self.work.store.select(PROFILES, Eq(PROFILE_DATABASE, self.place.id), order=PROFILES_BY_NUMBER)
        return self.work.store.select(
            SUBPROFILES, Eq(SUBPROFILE_COLLECTION, self.place.id), order=SUBPROFILES_BY_NUMBER
        )

    def field(self, key: str) -> Field | None:
        """The field with an id; ``None`` when it is gone."""
        return fields.find(self.work, self.place, key)


def reader(field: Field) -> Callable[[Person], str]:
    """What somebody has in a field."""
    key, otherwise = field.id, default(field)
    return lambda person: person.values.get(key, otherwise)
