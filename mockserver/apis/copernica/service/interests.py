"""Interests that profiles of a database can have."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.apis.copernica.models.structure import (
    INTEREST_DATABASE,
    INTERESTS,
    INTERESTS_BY_NUMBER,
    Database,
    Interest,
)
from mockserver.apis.copernica.service.databases import check_name
from mockserver.apis.copernica.service.numbers import next_id
from mockserver.kernel.errors import BadInput
from mockserver.kernel.names import nearest
from mockserver.kernel.store.query import WHOLE, Eq, Page
from mockserver.kernel.work import Work


def listed(work: Work, database: Database, page: Page = WHOLE) -> list[Interest]:
    """Interests by id."""
    return work.store.select(INTERESTS, Eq(INTEREST_DATABASE, database.id), order=INTERESTS_BY_NUMBER, page=page)


def count(work: Work, database: Database) -> int:
    """How many interests there are."""
    return work.store.count(INTERESTS, Eq(INTEREST_DATABASE, database.id))


def create(work: Work, database: Database, *, name: str, group: str = "") -> Interest:
    """A new interest; its name may stand in several groups. Raises ``BadInput``."""
    key, number = next_id(work, "interest")
    made = Interest(key, number, database.id, check_name(name), group)
    work.store.insert(INTERESTS, made)
    return made


def meant(work: Work, database: Database, text: str, *, key: str = "interests") -> Interest:
    """The interest with a name, of several the one with the lowest id, else the one with an id (INTEREST-UNKNOWN).

    Raises ``BadInput``, which names the key that the text stood under.
    """
    return all_meant(work, database, (text,), key=key)[text]


def all_meant(work: Work, database: Database, texts: Iterable[str], *, key: str = "interests") -> dict[str, Interest]:
    """For each text the interest that is `meant`; raises ``BadInput``."""
    known = listed(work, database)
    named = {**{one.id: one for one in known}, **{one.name: one for one in reversed(known)}}
    found = {}
    for text in texts:
        if text not in named:
            message = f"{key}: database {database.id} has no interest {text[:80]!r}{nearest(text[:80], named)}"
            raise BadInput(message, rule="INTEREST-UNKNOWN")
        found[text] = named[text]
    return found
