"""Renames and moves that leave something behind, lose something, or reach too far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import losing
from contract_tests.planted.bodies import value
from contract_tests.planted.fault import fault, patched
from contract_tests.planted.kopicloud_ad.tools import UPDATES, after, new_id, resaved, without_links
from mockserver.apis.kopicloud_ad.models import OBJECT_PARENT, OBJECTS, UNIQUE_ACCOUNT
from mockserver.apis.kopicloud_ad.service import computers, directory, groups, ous, users
from mockserver.kernel.errors import Duplicate, RuleBroken
from mockserver.kernel.store.query import Eq


def _both_names(good: Any) -> Any:
    """The old name of a user is known after a rename."""

    def find(work: Any, name: str) -> Any:
        found = good(work, name)
        if found is not None:
            return found
        return next((one for one in users.listed(work) if one.attributes.get("old") == name), None)

    return find


def _remember_name(good: Any) -> Any:
    def rename(work: Any, old: str, new: str) -> Any:
        user = good(work, old, new)
        return resaved(work, user, attributes={**user.attributes, "old": old})

    return rename


def _taken(good: Any) -> Any:
    """A rename to a name that is taken removes who has it."""

    def save(work: Any, node: Any) -> Any:
        other = work.store.find(UNIQUE_ACCOUNT, node.account_key) if node.account_key else None
        if other is not None and other.id != node.id and node.object_class == "computer":
            work.store.delete(OBJECTS, other.id)
        return good(work, node)

    return save


def _stale_below(good: Any) -> Any:
    """The paths of what lies in a renamed OU keep its old name."""

    def rename(work: Any, path: str, *, to: str) -> Any:
        ou = ous.at(work, path)
        ghost = replace(ou, id=work.ids.guid(), name=f"{ou.name}!", name_key=f"{ou.name_key}!")
        inside = [one for one in work.store.select(OBJECTS, Eq(OBJECT_PARENT, ou.id)) if one.object_class == "user"]
        renamed = good(work, path, to=to)
        if inside:
            work.store.insert(OBJECTS, ghost)
        for one in inside:
            resaved(work, one, parent=ghost.id)
        return renamed

    return rename


def _left_behind(good: Any) -> Any:
    """What lies in a moved OU stays where the OU was."""

    def move(work: Any, path: str, *, to: str) -> Any:
        ou = ous.at(work, path)
        inside = work.store.select(OBJECTS, Eq(OBJECT_PARENT, ou.id))
        moved = good(work, path, to=to)
        for one in inside if moved.parent != ou.parent else ():
            resaved(work, one, parent=ou.parent)
        return moved

    return move


def _copied(good: Any) -> Any:
    """A renamed group leaves a copy under its old name."""

    def rename(work: Any, name: str, *, to: str) -> Any:
        group = groups.named(work, name)
        renamed = good(work, name, to=to)
        work.store.insert(OBJECTS, replace(group, id=work.ids.guid()))
        return renamed

    return rename


def _same_refused(good: Any) -> Any:
    """A user cannot be given its own name in another case."""

    def rename(work: Any, old: str, new: str) -> Any:
        if old.lower() == new.lower():
            raise Duplicate(f"user {new!r} exists already")
        return good(work, old, new)

    return rename


def _unless_protected(good: Any) -> Any:
    """A protected OU is not renamed."""

    def rename(work: Any, path: str, *, to: str) -> Any:
        if ous.at(work, path).protected:
            raise RuleBroken("the OU is protected")
        return good(work, path, to=to)

    return rename


def _protected_too(good: Any) -> Any:
    """A protected OU is moved like any other."""

    def move(work: Any, path: str, *, to: str) -> Any:
        ou = ous.at(work, path)
        resaved(work, ou, protected=False)
        return resaved(work, good(work, path, to=to), protected=ou.protected)

    return move


def _into_itself(good: Any) -> Any:
    """A move below itself is answered as done."""

    def move(work: Any, path: str, *, to: str) -> Any:
        ou, target = ous.at(work, path), directory.container(work, to)
        return ou if directory.within(work, target, ou) else good(work, path, to=to)

    return move


def _stays(_: Any) -> Any:
    """A move that is answered and not made."""
    return lambda work, path, to: ous.at(work, path)


FAULTS = (
    fault(
        "rename-keeps-old",
        "the old name of a user is known after a rename",
        "renamed",
        patched(users, "rename", _remember_name),
        patched(users, "find", _both_names),
    ),
    fault(
        "rename-copies",
        "a renamed group leaves a copy behind",
        "renamed every-view-follows",
        patched(groups, "rename", _copied),
    ),
    fault(
        "rename-does-nothing",
        "a rename answers the new name and keeps the old",
        "renamed",
        patched(
            computers, "rename", lambda good: lambda work, name, *, to: replace(computers.named(work, name), name=to)
        ),
    ),
    fault(
        "rename-half",
        "a rename leaves one of the two names",
        "renamed",
        value("samUsername", lambda name: name and name.split("-")[0], "getUser"),
    ),
    fault("rename-new-id", "a renamed user has another guid", "renamed", patched(users, "rename", after(new_id))),
    fault(
        "rename-new-sid",
        "a renamed computer has another SID",
        "renamed",
        patched(computers, "rename", after(lambda work, one: resaved(work, one, sid=directory.next_sid(work)))),
    ),
    fault(
        "rename-loses-text",
        "a renamed group has no description",
        "renamed",
        patched(groups, "rename", after(lambda work, one: resaved(work, one, description=None))),
    ),
    fault(
        "rename-loses-members",
        "a renamed group has no members",
        "links-follow",
        patched(groups, "rename", after(without_links)),
    ),
    fault(
        "rename-loses-memberships",
        "a renamed user is in no group",
        "links-follow",
        patched(users, "rename", after(without_links)),
    ),
    fault(
        "rename-of-protected-refused",
        "a protected OU cannot be renamed",
        "story status-fits-situation",
        patched(ous, "rename", _unless_protected),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "rename-to-taken",
        "a rename to a name that is taken removes who has it",
        "renaming-to-a-taken-name",
        patched(directory, "save", _taken),
    ),
    fault(
        "rename-case-refused",
        "a name cannot be given in another case",
        "story status-fits-situation",
        patched(users, "rename", _same_refused),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "stale-below",
        "what lies in a renamed OU keeps the old path",
        "contents-follow",
        patched(ous, "rename", _stale_below),
    ),
    fault("left-behind", "what lies in a moved OU stays behind", "contents-follow", patched(ous, "move", _left_behind)),
    fault(
        "move-does-nothing",
        "a move is answered and not made",
        "moved",
        patched(ous, "move", _stays),
    ),
    fault(
        "move-of-user-ignored", "a user cannot be moved", "moved", losing("OUPath", *UPDATES), evidence=Evidence.ASSUMED
    ),
    fault(
        "move-unprotects",
        "a moved OU has no description",
        "moved",
        patched(ous, "move", after(lambda work, one: resaved(work, one, description=None))),
    ),
    fault(
        "move-into-itself",
        "an OU can be moved below itself",
        "story status-fits-situation",
        patched(ous, "move", _into_itself),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "move-of-protected",
        "a protected OU can be moved",
        "story status-fits-situation",
        patched(ous, "move", _protected_too),
        evidence=Evidence.ASSUMED,
    ),
)
