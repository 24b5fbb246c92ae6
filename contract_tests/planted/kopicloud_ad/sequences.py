"""Faults that no single request shows, nor one after a creation: only a sequence of changes does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, Replacement, fault, patched
from contract_tests.planted.kopicloud_ad.tools import resaved
from mockserver.apis.kopicloud_ad.models import (
    MEMBERSHIP_MEMBER,
    MEMBERSHIPS,
    OBJECT_PARENT,
    OBJECTS,
    UNIQUE_RDN,
)
from mockserver.apis.kopicloud_ad.service import computers, directory, groups, memberships, ous, records, users
from mockserver.kernel.errors import Duplicate, NotFound, RuleBroken
from mockserver.kernel.store.query import Eq

#: What a faulty server remembers beside its state, anew for each that is planted.
Memory = dict[str, Any]


def remembering(target: Any, **parts: Callable[[Any, Memory], Any]) -> Plant:
    """Functions of a module replaced by ones that share a memory: each is made of the good one and the memory."""
    from contextlib import ExitStack, contextmanager

    @contextmanager
    def plant(app: Any, promise: Any) -> Any:
        memory: Memory = {}
        with ExitStack() as stack:
            for name, make in parts.items():
                stack.enter_context(patched(target, name, _with(make, memory))(app, promise))
            yield app

    return plant


def _with(make: Callable[[Any, Memory], Any], memory: Memory) -> Replacement:
    return lambda good: make(good, memory)


def _counted(memory: Memory, *key: str) -> int:
    """How often something has come, this time included."""
    counts: Counter[tuple[str, ...]] = memory.setdefault("counts", Counter())
    counts[key] += 1
    return counts[key]


def _deleted_once(good: Any, memory: Memory) -> Any:
    """A user whose name was deleted before is not found by a deletion."""

    def delete(work: Any, user: Any) -> Any:
        if _counted(memory, user.account_key) > 1:
            raise NotFound(f"user {user.account!r} does not exist")
        return good(work, user)

    return delete


def _never_back(good: Any, memory: Memory) -> Any:
    """A name that a group has had is taken, also for the group itself."""

    def rename(work: Any, name: str, *, to: str) -> Any:
        group = groups.named(work, name)
        had = memory.setdefault(group.id, set())
        if to.lower() in had:
            raise Duplicate(f"group {to!r} exists already")
        had.add(group.account_key)
        return good(work, name, to=to)

    return rename


def _twice_loses_links(good: Any, memory: Memory) -> Any:
    """A user that is renamed a second time is in no group."""

    def rename(work: Any, old: str, new: str) -> Any:
        user = good(work, old, new)
        if _counted(memory, user.id) > 1:
            for link in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, user.id)):
                work.store.delete(MEMBERSHIPS, link.id)
        return user

    return rename


def _twice_loses_children(good: Any, memory: Memory) -> Any:
    """What lies in an OU that is moved a second time stays behind."""

    def move(work: Any, path: str, *, to: str) -> Any:
        before = ous.at(work, path)
        moved = good(work, path, to=to)
        if moved.parent != before.parent and _counted(memory, moved.id) > 1:
            for one in work.store.select(OBJECTS, Eq(OBJECT_PARENT, moved.id)):
                if work.store.find(UNIQUE_RDN, before.parent, one.name_key) is None:
                    resaved(work, one, parent=before.parent)
        return moved

    return move


def _third_change(good: Any, memory: Memory) -> Any:
    """From the third update of a user on ..."""

    def update(work: Any, user: Any, change: Any) -> Any:
        changed = good(work, user, change)
        if _counted(memory, user.id) == 3:
            memory[user.id] = changed
        return changed

    return update


def _stale_list(good: Any, memory: Memory) -> Any:
    """... lists show it as it was then."""

    def listed(work: Any, **named: Any) -> Any:
        return [memory.get(one.id, one) for one in good(work, **named)]

    return listed


def _keep_sid(good: Any, memory: Memory) -> Any:
    """The SID of a deleted computer ..."""

    def delete(work: Any, computer: Any) -> Any:
        memory[computer.name_key] = computer.sid
        return good(work, computer)

    return delete


def _old_sid(good: Any, memory: Memory) -> Any:
    """... is given to the next one of its name."""

    def register(work: Any, **named: Any) -> Any:
        computer = good(work, **named)
        old = memory.get(computer.name_key)
        return resaved(work, computer, sid=old) if old else computer

    return register


def _note_rename(good: Any, memory: Memory) -> Any:
    """A renamed user ..."""

    def rename(work: Any, old: str, new: str) -> Any:
        user = good(work, old, new)
        memory[user.id] = user
        return user

    return rename


def _lost_update(good: Any, memory: Memory) -> Any:
    """... does not keep an update: it goes to what was there under the old name."""

    def update(work: Any, user: Any, change: Any) -> Any:
        changed = good(work, user, change)
        if user.id in memory:
            work.store.replace(OBJECTS, user)
        return changed

    return update


def _note_parent(good: Any, memory: Memory) -> Any:
    """A moved OU ..."""

    def move(work: Any, path: str, *, to: str) -> Any:
        memory.setdefault(ous.at(work, path).id, ous.at(work, path).parent)
        return good(work, path, to=to)

    return move


def _back_again(good: Any, memory: Memory) -> Any:
    """... is back where it was once it is renamed."""

    def rename(work: Any, path: str, *, to: str) -> Any:
        ou = good(work, path, to=to)
        parent = memory.get(ou.id, ou.parent)
        taken = work.store.find(UNIQUE_RDN, parent, ou.name_key) is not None
        return ou if taken or work.store.get(OBJECTS, parent) is None else resaved(work, ou, parent=parent)

    return rename


def _keep_text(good: Any, memory: Memory) -> Any:
    """The description of a deleted group ..."""

    def delete(work: Any, group: Any) -> Any:
        memory[group.account_key] = group.description
        return good(work, group)

    return delete


def _old_text(good: Any, memory: Memory) -> Any:
    """... is back on the next one of its name."""

    def create(work: Any, **named: Any) -> Any:
        group = good(work, **named)
        text = memory.get(group.account_key)
        return resaved(work, group, description=text) if text and not group.description else group

    return create


def _tombstone(good: Any, memory: Memory) -> Any:
    """A deleted record ..."""

    def delete(work: Any, kind: Any, **named: Any) -> Any:
        record = good(work, kind, **named)
        memory[f"{record.zone} {record.owner_key} {record.data_key}"] = True
        return record

    return delete


def _unlisted(good: Any, memory: Memory) -> Any:
    """... is in no list when it is made again."""

    def ordered(work: Any, where: Any) -> Any:
        return [one for one in good(work, where) if f"{one.zone} {one.owner_key} {one.data_key}" not in memory]

    return ordered


def _cleared_for_good(good: Any, memory: Memory) -> Any:
    """A description that was cleared once stays empty."""

    def describe(work: Any, name: str, description: str | None) -> Any:
        computer = good(work, name, description)
        if description == "":
            memory[computer.id] = True
        return resaved(work, computer, description=None) if computer.id in memory else computer

    return describe


def _only_one_group(good: Any, _: Memory) -> Any:
    """A user that is put into a second group leaves the first."""

    def add(work: Any, member: Any, group: Any) -> Any:
        if member.object_class == "user":
            for link in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, member.id)):
                work.store.delete(MEMBERSHIPS, link.id)
        return good(work, member, group)

    return add


def _nested_once(good: Any, memory: Memory) -> Any:
    """A group that was in another one cannot be put there again."""

    def add(work: Any, member: Any, group: Any) -> Any:
        if member.object_class == "group" and _counted(memory, member.id, group.id) > 1:
            raise Duplicate(f"group {member.account!r} is a member of group {group.account!r} already")
        return good(work, member, group)

    return add


def _held_once(good: Any, memory: Memory) -> Any:
    """An OU that something lay in ..."""

    def create(work: Any, *, name: str, path: str, **named: Any) -> Any:
        ou = good(work, name=name, path=path, **named)
        memory[ou.parent] = True
        return ou

    return create


def _full_for_good(good: Any, memory: Memory) -> Any:
    """... cannot be deleted, empty or not."""

    def delete(work: Any, ou: Any, *, force: bool) -> Any:
        if ou.id in memory and directory.find(work, directory.Paths(work).of(ou)) and _is_leaf(work, ou):
            raise RuleBroken(f"OU {ou.name!r} is not empty")
        return good(work, ou, force=force)

    return delete


def _is_leaf(work: Any, ou: Any) -> bool:
    return not work.store.count(OBJECTS, Eq(OBJECT_PARENT, ou.id))


FAULTS = (
    fault(
        "delete-once",
        "a user can be deleted once: the next one of that name cannot",
        "machine-outcome",
        remembering(users, delete=_deleted_once),
    ),
    fault(
        "rename-never-back",
        "a group cannot be given a name back that it had",
        "machine-outcome",
        remembering(groups, rename=_never_back),
    ),
    fault(
        "rename-twice-loses-memberships",
        "a user that is renamed twice is in no group",
        "machine-found machine-lists machine-outcome",
        remembering(users, rename=_twice_loses_links),
    ),
    fault(
        "move-twice-loses-children",
        "what lies in an OU that is moved twice stays behind",
        "machine-found machine-fields machine-lists",
        remembering(ous, move=_twice_loses_children),
    ),
    fault(
        "list-stale-after-third",
        "lists show a user as it was after its third update",
        "machine-fields",
        remembering(users, update=_third_change, listed=_stale_list),
    ),
    fault(
        "sid-given-again",
        "a computer has the SID of a deleted one of its name",
        "machine-ids",
        remembering(computers, delete=_keep_sid, register=_old_sid),
    ),
    fault(
        "update-after-rename-lost",
        "an update of a renamed user is answered and not made",
        "machine-fields",
        remembering(users, rename=_note_rename, update=_lost_update),
    ),
    fault(
        "rename-after-move-goes-back",
        "an OU that was moved is back where it was when it is renamed",
        "machine-found machine-fields",
        remembering(ous, move=_note_parent, rename=_back_again),
    ),
    fault(
        "name-brings-text",
        "a group made anew under the name of a deleted one has its description",
        "machine-fields",
        remembering(groups, delete=_keep_text, create=_old_text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "record-again-unlisted",
        "a record that was deleted and made again is in no list",
        "machine-lists",
        remembering(records, delete=_tombstone, _ordered=_unlisted),
    ),
    fault(
        "cleared-for-good",
        "a description that was cleared cannot be set again",
        "machine-fields",
        remembering(computers, describe=_cleared_for_good),
    ),
    fault(
        "one-group-only",
        "a user that is put into a second group leaves the first",
        "machine-found machine-lists",
        remembering(memberships, add=_only_one_group),
    ),
    fault(
        "nested-once",
        "a group cannot be put into another one again",
        "machine-outcome",
        remembering(memberships, add=_nested_once),
    ),
    fault(
        "full-for-good",
        "an OU that something lay in cannot be deleted once that is gone",
        "machine-outcome",
        remembering(ous, create=_held_once, delete=_full_for_good),
    ),
)
