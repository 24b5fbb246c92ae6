"""What becomes of the values of a field that is changed itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from mockserver.apis.copernica.models.people import (
    PROFILE_DATABASE,
    PROFILES,
    SUBPROFILE_COLLECTION,
    SUBPROFILES,
    Profile,
    Subprofile,
)
from mockserver.apis.copernica.models.structure import Field
from mockserver.apis.copernica.service.values import default, normalised
from mockserver.kernel.store.protocol import Kind
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

Row = TypeVar("Row", Profile, Subprofile)


def reread(work: Work, before: Field, after: Field) -> None:
    """Values are read anew where the type is another one (TYPE-CHANGE); a row that had the old default keeps it.

    Nobody changed those rows: their ``modified`` stands.
    """
    if (before.type, before.value, before.length) == (after.type, after.value, after.length):
        return
    place, key = before.owner.split()
    if place == "database":
        _reread(work, PROFILES, work.store.select(PROFILES, Eq(PROFILE_DATABASE, key)), before, after)
    else:
        _reread(work, SUBPROFILES, work.store.select(SUBPROFILES, Eq(SUBPROFILE_COLLECTION, key)), before, after)


def _reread(work: Work, kind: Kind[Row], rows: list[Row], before: Field, after: Field) -> None:
    old, new = default(before), default(after)
    for row in rows:
        value = row.values.get(before.id, old)
        if before.type != after.type:
            value = normalised(after, value)
        if row.values.get(before.id, new) != value:
            work.store.replace(kind, replace(row, values={**row.values, before.id: value}))
