"""Who is in which group: users and groups in groups, and every group a user is in by way of others."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.apis.kopicloud_ad.models import (
    MEMBERSHIP_MEMBER,
    MEMBERSHIPS,
    OBJECTS,
    DirectoryObject,
    Group,
    Membership,
    User,
)
from mockserver.kernel.errors import Duplicate, NotFound, RuleBroken
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

#: Scopes a group of some scope may be put in, within one domain (G3).
NESTS_IN = {
    "Global": ("Global", "Universal", "Domain_Local"),
    "Universal": ("Universal", "Domain_Local"),
    "Domain_Local": ("Domain_Local",),
}


def is_member(work: Work, member: DirectoryObject, group: Group) -> bool:
    """Whether an object is a direct member; a primary group counts."""
    return member.primary_group == group.id or work.store.get(MEMBERSHIPS, _key(group, member)) is not None


def check_member(work: Work, member: DirectoryObject, group: Group) -> Group:
    """The group; raises ``NotFound`` when the object is no direct member (G2)."""
    if not is_member(work, member, group):
        raise NotFound(f"{member.object_class} {member.account!r} is no member of group {group.account!r}", rule="G2")
    return group


def groups_of(work: Work, user: User) -> list[Group]:
    """The groups a user is a direct member of, primary group included, by name (G1)."""
    return sorted(_direct(work, user), key=lambda group: (group.name_key, group.id))


def transitive(work: Work, member: DirectoryObject) -> Iterator[Group]:
    """Every group of a token: direct ones first, then the groups those are in; cycles end (G5, G9).

    Distribution groups are in no token and pass nothing on.
    """
    seen: set[str] = set()
    waiting = [member]
    while waiting:
        for group in _direct(work, waiting.pop(0)):
            if group.id not in seen and group.group_type == "Security":
                seen.add(group.id)
                waiting.append(group)
                yield group


def add(work: Work, member: User | Group, group: Group) -> Group:
    """Make an object a member; raises ``RuleBroken`` (G3, G4, G5), ``Duplicate`` (G2)."""
    if isinstance(member, Group):
        _check_nesting(member, group)
    if is_member(work, member, group):
        message = f"{member.object_class} {member.account!r} is a member of group {group.account!r} already"
        raise Duplicate(message, rule="G2")
    work.store.insert(MEMBERSHIPS, Membership(id=_key(group, member), group=group.id, member=member.id))
    return group


def remove(work: Work, member: User | Group, group: Group) -> Group:
    """End a membership; raises ``NotFound`` (G2), ``RuleBroken`` for the primary group (U19)."""
    check_member(work, member, group)
    if member.primary_group == group.id:
        raise RuleBroken(f"group {group.account!r} is the primary group of user {member.account!r}", rule="U19")
    work.store.delete(MEMBERSHIPS, _key(group, member))
    return group


def _direct(work: Work, member: DirectoryObject) -> Iterator[Group]:
    guids = [link.group for link in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, member.id))]
    for guid in (*((member.primary_group,) if member.primary_group else ()), *guids):
        group = work.store.get(OBJECTS, guid)
        if isinstance(group, Group):
            yield group


def _check_nesting(child: Group, parent: Group) -> None:
    if child.id == parent.id:
        raise RuleBroken(f"group {parent.account!r} cannot be a member of itself", rule="G5")
    if child.group_type != parent.group_type:
        raise RuleBroken(
            f"{child.group_type} group {child.account!r} cannot be in {parent.group_type} group {parent.account!r}; "
            f"allowed: groups of one type",
            rule="G4",
        )
    if parent.scope not in NESTS_IN[child.scope]:
        raise RuleBroken(
            f"{child.scope} group {child.account!r} cannot be in {parent.scope} group {parent.account!r}; "
            f"allowed: groups of scope {', '.join(NESTS_IN[child.scope])}",
            rule="G3",
        )


def _key(group: Group, member: DirectoryObject) -> str:
    return f"{group.id}:{member.id}"
