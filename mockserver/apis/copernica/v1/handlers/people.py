"""Profiles and subprofiles as the JSON values of the contract, one by one and in lists, and what bodies say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.apis.copernica.models.people import Profile, Subprofile
from mockserver.apis.copernica.models.structure import Collection, Database
from mockserver.apis.copernica.service import interests, lists
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.lists import Wish
from mockserver.apis.copernica.service.profiles import Switches
from mockserver.kernel.errors import BadInput
from mockserver.kernel.http import Batch, Call
from mockserver.kernel.work import Work

#: What counts as true in a body, as `booleans` of the conventions list it; numbers equal truth values.
TRUE = (True, "true", "1")


def profile(shown: Profile, layout: Layout, names: Mapping[str, str]) -> dict[str, Any]:
    """A profile; ``names`` are those of the interests of its database by id, in their order."""
    return {
        "ID": shown.id,
        "fields": layout.shown(shown.values),
        "interests": [name for key, name in names.items() if key in shown.interests] if shown.interests else [],
        "database": shown.database,
        "secret": shown.secret,
        "created": shown.created,
        "modified": shown.modified,
    }


def subprofile(shown: Subprofile, layout: Layout) -> dict[str, Any]:
    """A subprofile as lists have it."""
    return {
        "ID": shown.id,
        "secret": shown.secret,
        "fields": layout.shown(shown.values),
        "profile": shown.profile,
        "collection": shown.collection,
        "created": shown.created,
        "modified": shown.modified,
    }


def names_of(work: Work, database: Database) -> dict[str, str]:
    """Names of the interests of a database by id."""
    return {one.id: one.name for one in interests.listed(work, database)}


def profiles(work: Work, call: Call, database: Database, *, among: Iterable[Profile] | None = None) -> Batch:
    """The part of a list of profiles that a call asks for: of all in a database, or of given ones (of a selection).

    Raises ``BadInput``.
    """
    part = lists.profiles(work, database, wish(call), among=among)
    names = names_of(work, database)
    return Batch([profile(one, part.layout, names) for one in part.rows], part.total)


def subprofiles(
    work: Work,
    call: Call,
    collection: Collection,
    *,
    owner: Profile | None = None,
    among: Iterable[Subprofile] | None = None,
) -> Batch:
    """The part of a list of subprofiles that a call asks for: of all in a collection, of those of one profile, or of
    given ones. Raises ``BadInput``."""
    part = lists.subprofiles(work, collection, wish(call), profile=owner, among=among)
    return Batch([subprofile(one, part.layout) for one in part.rows], part.total)


def wish(call: Call) -> Wish:
    """Filters, order and part that a call asks for; raises ``BadInput`` (ORDER-WORDS)."""
    given = call.arguments
    order = given["orderby"] if "orderby" in call.given else None
    direction, place = given.get("order", "asc"), "orderby"
    if direction not in lists.DIRECTIONS:
        if order is not None:
            raise BadInput(
                f"order: {direction[:80]!r} is not allowed; allowed: {', '.join(lists.DIRECTIONS)}", rule="ORDER-WORDS"
            )
        order, direction, place = direction, "asc", "order"
    return Wish(given.get("fields[]", ()), order, place, direction == "desc", call.page)


def switches(body: Any) -> Switches:
    """Which interests a body switches on, or for each whether it is on (BOOLEAN-INPUT); no body is an empty list."""
    if isinstance(body, Mapping):
        return {name: value in TRUE for name, value in body.items()}
    return [str(one) for one in body or ()]
