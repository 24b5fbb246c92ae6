"""Deletions that leave something, take too much, or can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import payloads
from contract_tests.planted.fault import fault, never, patched
from contract_tests.planted.kopicloud_ad.tools import other
from contract_tests.planted.wire import Again, Answer, Asked, talking
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import (
    OBJECT_MANAGER,
    OBJECT_NAME,
    OBJECT_PARENT,
    OBJECTS,
    RECORD_ZONE,
    RECORDS,
)
from mockserver.apis.kopicloud_ad.service import computers, groups, memberships, ous, records, users, zones
from mockserver.kernel.store.query import Eq, Like


def _and_another(good: Any) -> Any:
    """Another one goes too."""

    def delete(work: Any, node: Any, **named: Any) -> Any:
        neighbour = other(work, node)
        good(work, node, **named)
        if neighbour is not None and not neighbour.critical:
            work.store.delete(OBJECTS, neighbour.id)

    return delete


def _whole_family(good: Any) -> Any:
    """Every computer whose name begins alike goes too."""

    def delete(work: Any, computer: Any) -> Any:
        good(work, computer)
        for one in work.store.select(OBJECTS, Like(OBJECT_NAME, f"{computer.name_key[:6]}%")):
            if one.object_class == "computer":
                work.store.delete(OBJECTS, one.id)

    return delete


def _only_the_row(_: Any) -> Any:
    """What hangs on a user stays."""
    return lambda work, user: work.store.delete(OBJECTS, user.id)


def _keyed_by_name(_: Any) -> Any:
    """Memberships are kept under names, so that they outlive who they are of."""

    def key(group: Any, member: Any) -> str:
        return f"{group.name_key}:{member.name_key}"

    return key


def _without_records(good: Any) -> Any:
    """A deleted zone leaves its records to the next zone of that name."""
    kept: dict[str, list[Any]] = {}

    def delete(work: Any, zone: Any) -> None:
        kept[zone.name_key] = work.store.select(RECORDS, Eq(RECORD_ZONE, zone.id))
        good(work, zone)

    delete.kept = kept  # type: ignore[attr-defined]
    return delete


def _with_records(good: Any) -> Any:
    def added(work: Any, name: str, direction: str) -> Any:
        zone = good(work, name, direction)
        for record in getattr(zones.delete, "kept", {}).pop(zone.name_key, ()):
            work.store.insert(RECORDS, replace(record, id=work.ids.guid(), zone=zone.id))
        return zone

    return added


def _restored(good: Any) -> Any:
    """A new user gets what a deleted one of that name had."""

    def create(work: Any, *, name: str, password: Any, change: Any) -> Any:
        user = good(work, name=name, password=password, change=change)
        old = getattr(users.delete, "bin", {}).get(user.account_key)
        if old is None:
            return user
        changed = replace(user, attributes={**old.attributes, **user.attributes})
        work.store.replace(OBJECTS, changed)
        return changed

    return create


def _binned(good: Any) -> Any:
    kept: dict[str, Any] = {}

    def delete(work: Any, user: Any) -> None:
        kept[user.account_key] = user
        good(work, user)

    delete.bin = kept  # type: ignore[attr-defined]
    return delete


def _with_contents(good: Any) -> Any:
    """An OU goes with all that lies in it."""

    def delete(work: Any, ou: Any, *, force: bool) -> None:
        for one in work.store.select(OBJECTS, Eq(OBJECT_PARENT, ou.id)):
            work.store.delete(OBJECTS, one.id)
        good(work, ou, force=force)

    return delete


def _forced_contents(good: Any) -> Any:
    """Force takes an OU with all that lies in it."""

    def delete(work: Any, ou: Any, *, force: bool) -> None:
        if force:
            for one in work.store.select(OBJECTS, Eq(OBJECT_PARENT, ou.id)):
                work.store.delete(OBJECTS, one.id)
        good(work, ou, force=force)

    return delete


def _every_address(good: Any) -> Any:
    """All records of a name go."""

    def delete(work: Any, kind: Any, *, owner: str, data: str, zone: Any) -> Any:
        record = good(work, kind, owner=owner, data=data, zone=zone)
        for one in work.store.select(RECORDS, Eq(RECORD_ZONE, record.zone)):
            if one.owner_key == record.owner_key:
                work.store.delete(RECORDS, one.id)
        return record

    return delete


def _other_record(good: Any) -> Any:
    """The data of the record is not looked at."""

    def delete(work: Any, kind: Any, *, owner: str, data: str, zone: Any) -> Any:
        found = records.of_owner(work, kind, owner)
        if found:
            work.store.delete(RECORDS, found[0].id)
            return found[0]
        return good(work, kind, owner=owner, data=data, zone=zone)

    return delete


def _lists_the_gone(good: Any) -> Any:
    """A list shows the group that was deleted last."""

    def listed(work: Any, **named: Any) -> Any:
        gone = getattr(groups.delete, "bin", {}).values()
        found = good(work, **named)
        return [*found, *(one for one in gone if all(one.id != each.id for each in found))]

    return listed


def _binned_group(good: Any) -> Any:
    kept: dict[str, Any] = {}

    def delete(work: Any, group: Any) -> None:
        good(work, group)
        kept.clear()
        kept[group.id] = group

    delete.bin = kept  # type: ignore[attr-defined]
    return delete


def _forgetful(good: Any) -> Any:
    """Links to a deleted manager stay, as text."""

    def delete(work: Any, user: Any) -> None:
        managed = work.store.select(OBJECTS, Eq(OBJECT_MANAGER, user.id))
        good(work, user)
        for one in managed:
            now = work.store.get(OBJECTS, one.id)
            work.store.replace(OBJECTS, replace(now, attributes={**now.attributes, "gone": user.account}))

    return delete


def _gone_manager(good: Any) -> Any:
    """What is remembered of a deleted manager is shown."""
    return lambda self, user: good(self, user) or user.attributes.get("gone")


async def _only_told(asked: Asked, server: Again) -> Answer:
    """A deletion by pattern answers what it would delete, and deletes nothing."""
    listing = replace(asked, method="GET", path="/api/Computers", query=(("OUPath", asked.argument("OUPath") or ""),))
    answer = await server(listing)
    stem = (asked.argument("WildCard") or "").rstrip("*").lower()
    found = [one for one in answer.json["result"] or () if one["computerName"].lower().startswith(stem)]
    return answer.with_json({**answer.json, "result": found})


async def _exists_on(asked: Asked, server: Again) -> Answer:
    answer = await server(asked)
    return answer.with_json({**answer.json, "result": True}) if answer.good else answer


FAULTS = (
    fault("user-stays", "a deleted user stays", "deleted-is-gone", patched(users, "delete", never())),
    fault(
        "ou-stays",
        "a deleted OU stays",
        "deleted-is-gone",
        patched(ous, "delete", lambda good: lambda work, ou, *, force: None),
    ),
    fault("group-stays", "a deleted group stays", "deleted-is-gone", patched(groups, "delete", never())),
    fault("computer-stays", "a removed computer stays", "deleted-is-gone", patched(computers, "delete", never())),
    fault("zone-stays", "a deleted zone stays", "deleted-is-gone", patched(zones, "delete", never())),
    fault(
        "record-stays",
        "a deleted record stays",
        "deleted-is-gone",
        patched(records, "delete", lambda good: records.get),
    ),
    fault(
        "membership-stays",
        "a removed member stays",
        "deleted-is-gone",
        patched(memberships, "remove", lambda good: memberships.check_member),
    ),
    fault(
        "listed-on",
        "a deleted group is still listed",
        "deleted-is-gone",
        patched(groups, "delete", _binned_group),
        patched(groups, "listed", _lists_the_gone),
    ),
    fault("exists-on", "deleted users still exist", "deleted-is-gone exists-agrees", talking(_exists_on, "userExists")),
    fault(
        "another-goes", "deleting a user deletes another", "siblings-survive", patched(users, "delete", _and_another)
    ),
    fault(
        "family-goes",
        "removing a computer removes all with names that begin alike",
        "siblings-survive",
        patched(computers, "delete", _whole_family),
    ),
    fault(
        "every-address-goes",
        "deleting a record deletes all of its name",
        "identity-is-the-whole",
        patched(records, "delete", _every_address),
    ),
    fault(
        "any-record-goes",
        "deleting a record deletes the first of its name",
        "identity-is-the-whole",
        patched(records, "delete", _other_record),
    ),
    fault(
        "answers-null",
        "a deletion answers an empty object",
        "missing-key deletion-answers-the-thing",
        payloads(lambda one: {}, "removeOu"),
    ),
    fault("answers-true", "a deletion answers true", "types deleted-is-gone", payloads(lambda one: True, "deleteUser")),
    fault(
        "answers-changed",
        "a deletion answers a changed object",
        "deletion-answers-the-thing",
        payloads(lambda one: {**one, "description": "deleted"}, "removeGroup"),
    ),
    fault(
        "memberships-survive",
        "the memberships of a deleted user are there for the next one of that name",
        "nothing-survives-its-holder listed-is-read",
        patched(memberships, "_key", _keyed_by_name),
        patched(users, "delete", _only_the_row),
    ),
    fault(
        "records-survive",
        "the records of a deleted zone are there for the next one of that name",
        "nothing-survives-its-holder",
        patched(zones, "delete", _without_records),
        patched(zones, "_added", _with_records),
    ),
    fault(
        "manager-survives",
        "a deleted manager is still shown",
        "references-follow",
        patched(users, "delete", _forgetful),
        patched(shapes.View, "manager", _gone_manager),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "undeleted",
        "a new user gets what a deleted one of that name had",
        "recreated-is-new",
        patched(users, "delete", _binned),
        patched(users, "create", _restored),
    ),
    fault(
        "protected-goes",
        "a protected OU can be deleted",
        "story status-fits-situation",
        patched(ous, "delete", lambda good: lambda work, ou, *, force: good(work, ou, force=True)),
    ),
    fault(
        "force-ignored",
        "Force deletes no protected OU",
        "story status-fits-situation",
        patched(ous, "delete", lambda good: lambda work, ou, *, force: good(work, ou, force=False)),
    ),
    fault(
        "contents-go",
        "an OU is deleted with what lies in it",
        "story status-fits-situation",
        patched(ous, "delete", _with_contents),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "force-takes-contents",
        "Force deletes an OU with what lies in it",
        "story status-fits-situation",
        patched(ous, "delete", _forced_contents),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "bulk-takes-all",
        "the deletion by pattern ignores the pattern",
        "bulk-deletion-takes-what-matches",
        patched(
            computers,
            "matching",
            lambda good: (
                lambda work, *, pattern, path, recursive: good(work, pattern=None, path=path, recursive=recursive)
            ),
        ),
    ),
    fault(
        "bulk-takes-none",
        "the deletion by pattern answers and deletes nothing",
        "bulk-deletion-takes-what-matches",
        talking(_only_told, "removeComputersByWildcard"),
    ),
    fault(
        "bulk-answers-none",
        "the deletion by pattern answers an empty list",
        "bulk-deletion-takes-what-matches",
        payloads(lambda found: [], "removeComputersByWildcard"),
    ),
    fault(
        "bulk-anywhere",
        "the deletion by pattern ignores the container",
        "bulk-deletion-takes-what-matches",
        patched(
            computers,
            "matching",
            lambda good: (
                lambda work, *, pattern, path, recursive: good(work, pattern=pattern, path=None, recursive=recursive)
            ),
        ),
    ),
    fault(
        "bulk-too-deep",
        "the deletion by pattern ignores Recursive",
        "bulk-deletion-takes-what-matches",
        patched(
            computers,
            "matching",
            lambda good: (
                lambda work, *, pattern, path, recursive: good(work, pattern=pattern, path=path, recursive=True)
            ),
        ),
    ),
    fault(
        "wrong-direction",
        "a forward zone can be deleted as a reverse one",
        "story status-fits-situation",
        patched(
            zones,
            "reverse_named",
            lambda good: lambda work, text, **named: zones.find(work, text) or good(work, text, **named),
        ),
        evidence=Evidence.ASSUMED,
    ),
)
