"""What happens to profiles, subprofiles, fields and selections over their lives: moments, secrets, what goes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import fault, patched
from mockserver.apis.copernica.models.people import (
    PROFILE_DATABASE,
    PROFILES,
    SUBPROFILE_COLLECTION,
    SUBPROFILE_PROFILE,
    SUBPROFILES,
)
from mockserver.apis.copernica.service import evaluation, fields, profiles, rows, rules, subprofiles, views
from mockserver.apis.copernica.service.numbers import stamp
from mockserver.apis.copernica.v1.handlers import views as handlers
from mockserver.kernel.store.query import Eq

STORY = "story"
CLIENT, ASSUMED = Evidence.CLIENT, Evidence.ASSUMED


def _later(work: Any) -> str:
    """A minute after the clock, which may stand still."""
    return str(datetime.fromisoformat(stamp(work)) + timedelta(minutes=1))


def _saved(work: Any, row: Any) -> Any:
    work.store.replace(PROFILES if hasattr(row, "database") else SUBPROFILES, row)
    return row


def _always_modified(good: Any) -> Any:
    def keep(work: Any, before: Any, after: Any) -> Any:
        kept = good(work, before, after)
        return kept if kept is not before else _saved(work, replace(before, modified=_later(work)))

    return keep


def _created_moves(good: Any) -> Any:
    def keep(work: Any, before: Any, after: Any) -> Any:
        kept = good(work, before, after)
        return kept if kept is before else _saved(work, replace(kept, created=_later(work)))

    return keep


def _owner_modified(good: Any) -> Any:
    """A change of a subprofile is one of its profile."""

    def keep(work: Any, before: Any, after: Any) -> Any:
        kept = good(work, before, after)
        owner = work.store.get(PROFILES, kept.profile) if hasattr(kept, "profile") and kept is not before else None
        if owner is not None:
            _saved(work, replace(owner, modified=_later(work)))
        return kept

    return keep


def _same_secret(good: Any) -> Any:
    """All have the same secret."""

    def create(work: Any, *known: Any) -> Any:
        return _saved(work, replace(good(work, *known), secret="0" * 32))

    return create


def _blank_secret(good: Any) -> Any:
    return lambda work, *known: _saved(work, replace(good(work, *known), secret=""))


def _owner_dies(good: Any) -> Any:
    """A profile goes with its last subprofile."""

    def delete(work: Any, subprofile: Any) -> None:
        good(work, subprofile)
        owner = work.store.get(PROFILES, subprofile.profile)
        if owner is not None and not work.store.select(SUBPROFILES, Eq(SUBPROFILE_PROFILE, owner.id)):
            profiles.delete(work, owner)

    return delete


def _everybodys(good: Any) -> Any:
    """A deleted profile takes the subprofiles of its neighbour along."""

    def delete(work: Any, profile: Any) -> None:
        for one in work.store.select(SUBPROFILES):
            owner = work.store.get(PROFILES, one.profile)
            if owner is not None and owner.database == profile.database and owner.id != profile.id:
                work.store.delete(SUBPROFILES, one.id)
                break
        good(work, profile)

    return delete


def _renamed_anew(good: Any) -> Any:
    """A renamed field is a new one: values do not follow."""

    def change(work: Any, field: Any, given: Any) -> Any:
        changed = good(work, field, given)
        if changed.name != field.name:
            kind, place = (
                (PROFILES, PROFILE_DATABASE)
                if field.owner.startswith("database")
                else (SUBPROFILES, SUBPROFILE_COLLECTION)
            )
            for row in work.store.select(kind, Eq(place, field.owner.split()[1])):
                work.store.replace(kind, replace(row, values={k: v for k, v in row.values.items() if k != field.id}))
        return changed

    return change


def _members_die(good: Any) -> Any:
    """A deleted selection takes its profiles along."""

    def delete(work: Any, view: Any) -> None:
        for one in evaluation.profiles(work, view):
            profiles.delete(work, one)
        good(work, view)

    return delete


def _unmoved(good: Any) -> Any:
    return lambda work, view, given: good(work, view, {k: v for k, v in given.items() if k != "parent"})


def _copied(good: Any) -> Any:
    """A moved selection loses its rules."""

    def change(work: Any, view: Any, given: Any) -> Any:
        changed = good(work, view, given)
        if changed.parent != view.parent:
            rules.clear(work, changed)
        return changed

    return change


def _to_the_top(good: Any) -> Any:
    """A change of a selection that says nothing of a place moves it to the database."""
    return lambda view, body: good(view, body) if "parent-id" in body or "parent-type" in body else ""


FAULTS = (
    fault(
        "modified-always",
        "writing what is there already moves modified",
        STORY,
        patched(rows, "keep", _always_modified),
        patched(profiles, "keep", _always_modified),
        patched(subprofiles, "keep", _always_modified),
        evidence=CLIENT,
    ),
    fault(
        "created-moves",
        "created moves with every change",
        STORY,
        patched(profiles, "keep", _created_moves),
        patched(subprofiles, "keep", _created_moves),
        evidence=ASSUMED,
    ),
    fault(
        "owner-modified",
        "a change of a subprofile is one of its profile",
        STORY,
        patched(subprofiles, "keep", _owner_modified),
        evidence=CLIENT,
    ),
    fault(
        "one-secret",
        "all profiles have the same secret",
        STORY,
        patched(profiles, "create", _same_secret),
        evidence=ASSUMED,
    ),
    fault(
        "no-secret", "a new profile has no secret", STORY, patched(profiles, "create", _blank_secret), evidence=ASSUMED
    ),
    fault("owner-dies", "a profile goes with its last subprofile", STORY, patched(subprofiles, "delete", _owner_dies)),
    fault(
        "others-subprofiles-die",
        "a deleted profile takes a subprofile of another along",
        STORY,
        patched(profiles, "delete", _everybodys),
    ),
    fault("renamed-field-empty", "a renamed field loses its values", STORY, patched(fields, "change", _renamed_anew)),
    fault("members-die", "a deleted selection takes its profiles along", STORY, patched(views, "delete", _members_die)),
    fault(
        "view-not-moved",
        "a selection cannot be moved",
        STORY + " moved",
        patched(views, "change", _unmoved),
        evidence=ASSUMED,
    ),
    fault(
        "moved-without-rules",
        "a moved selection loses its rules",
        STORY,
        patched(views, "change", _copied),
        evidence=ASSUMED,
    ),
    fault(
        "view-to-the-top",
        "a renamed selection moves to the database",
        STORY + " renamed update-changes-only-what-was-sent every-view-follows",
        patched(handlers, "_parent", _to_the_top),
        evidence=ASSUMED,
    ),
    fault(
        "view-names-anywhere",
        "two selections of a database may share a name",
        "creating-twice renaming-to-a-taken-name no-server-error",
        patched(views, "_checked", lambda _: lambda work, view: view),
        evidence=ASSUMED,
    ),
)
