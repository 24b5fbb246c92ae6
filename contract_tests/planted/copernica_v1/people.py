"""Databases, fields, profiles, subprofiles and interests that are not what was done to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import sent, things
from contract_tests.planted.fault import fault, never, patched
from mockserver.apis.copernica.models.people import PROFILE_DATABASE, PROFILES, SUBPROFILE_PROFILE, SUBPROFILES
from mockserver.apis.copernica.service import databases, fields, interests, layout, profiles, subprofiles, values
from mockserver.kernel.errors import NotFound
from mockserver.kernel.store.query import Eq


def _alone(work: Any, profile: Any) -> None:
    """A profile is deleted without its subprofiles."""
    work.store.delete(PROFILES, profile.id)


def _all_of_it(work: Any, subprofile: Any) -> None:
    """A subprofile is deleted with all of its profile."""
    for one in list(work.store.select(SUBPROFILES, Eq(SUBPROFILE_PROFILE, subprofile.profile))):
        work.store.delete(SUBPROFILES, one.id)


def _neighbour(good: Any) -> Any:
    """The youngest other profile of a database is changed along."""

    def change(work: Any, database: Any, profile: Any, **given: Any) -> Any:
        others = [one for one in work.store.select(PROFILES, Eq(PROFILE_DATABASE, database.id)) if one.id != profile.id]
        for one in others[-1:]:
            work.store.replace(PROFILES, replace(one, secret=f"{one.secret}x"))
        return good(work, database, profile, **given)

    return change


def _new_secret(good: Any) -> Any:
    def change(work: Any, database: Any, profile: Any, **given: Any) -> Any:
        return good(work, database, profile, **{"secret": work.ids.token(), **given})

    return change


def _without(name: str) -> Any:
    return lambda body: {key: one for key, one in body.items() if key != name} if isinstance(body, dict) else body


def _described(good: Any) -> Any:
    def change(work: Any, database: Any, given: Any) -> Any:
        return good(work, database, {"description": "described", **given})

    return change


def _known(good: Any) -> Any:
    """Only interests that are there."""

    def all_meant(work: Any, database: Any, texts: Any) -> Any:
        there = {one.name for one in interests.listed(work, database)} | {
            one.id for one in interests.listed(work, database)
        }
        return good(work, database, [text for text in texts if text in there])

    return all_meant


def _first(good: Any) -> Any:
    """The first profile in the place of one that does not exist."""

    def numbered(work: Any, account: Any, key: str) -> Any:
        try:
            return good(work, account, key)
        except NotFound:
            return good(work, account, "1")

    return numbered


FAULTS = (
    fault("profiles-stay", "a deleted profile is still there", "deleted-is-gone", patched(profiles, "delete", never())),
    fault(
        "subprofiles-stay",
        "a deleted subprofile is still there",
        "deleted-is-gone",
        patched(subprofiles, "delete", never()),
    ),
    fault("fields-stay", "a deleted field is still there", "deleted-is-gone", patched(fields, "delete", never())),
    fault(
        "orphans", "a deleted profile leaves its subprofiles", "story", patched(profiles, "delete", lambda _: _alone)
    ),
    fault(
        "siblings-die",
        "a deleted subprofile takes its siblings along",
        "siblings-survive",
        patched(subprofiles, "delete", lambda _: _all_of_it),
    ),
    fault(
        "neighbours-change",
        "a change of a profile changes another one",
        "update-changes-only-what-was-sent",
        patched(profiles, "change", _neighbour),
    ),
    fault(
        "secrets-change",
        "every change of a profile makes up another secret",
        "update-changes-only-what-was-sent",
        patched(profiles, "change", _new_secret),
    ),
    fault(
        "secrets-cannot-be-set",
        "the secret of a profile cannot be set",
        "update-changes-only-what-was-sent",
        sent(_without("secret"), "updateProfile"),
    ),
    fault(
        "no-defaults",
        "a profile that says nothing of a field has nothing there",
        "story",
        patched(layout, "default", never("")),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "numbers-as-sent",
        "a field for numbers holds any text",
        "story",
        patched(
            values,
            "_READERS",
            lambda known: {kind: one for kind, one in known.items() if kind not in ("integer", "float")},
        ),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "texts-not-cut",
        "a text may be longer than its field",
        "story",
        patched(values, "_READERS", lambda known: {kind: one for kind, one in known.items() if kind != "text"}),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "unknown-interests-left-out",
        "an interest that is not there is left out",
        "story",
        patched(interests, "all_meant", _known),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "lengths-are-numbers",
        "the length of a field is a number",
        "types",
        things(lambda one: {**one, "length": int(one["length"])} if "length" in one else one, "listDatabaseFields"),
    ),
    fault(
        "fields-without-type",
        "a field does not show its type",
        "missing-key",
        things(lambda one: {key: value for key, value in one.items() if key != "type"}, "listCollectionFields"),
    ),
    fault(
        "types-of-fields-lost",
        "every field is one for texts",
        "created-as-sent update-changes-only-what-was-sent",
        sent(_without("type"), "createDatabaseField", "updateDatabaseField"),
    ),
    fault(
        "descriptions-of-databases-lost",
        "the description of a database is not kept",
        "created-as-sent",
        sent(_without("description"), "createDatabase"),
    ),
    fault(
        "descriptions-by-themselves",
        "a changed database gets another description",
        "update-changes-only-what-was-sent",
        patched(databases, "change", _described),
    ),
    fault(
        "collections-not-renamed",
        "a collection cannot be renamed",
        "renamed",
        patched(databases, "rename_collection", lambda _: lambda work, collection, name: collection),
    ),
    fault(
        "absent-profiles-shown",
        "a profile that does not exist is the first",
        "absent-is-not-found deleted-is-gone outcome-headers",
        patched(profiles, "numbered", _first),
    ),
)
