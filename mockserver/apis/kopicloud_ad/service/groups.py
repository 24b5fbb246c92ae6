"""Groups: what creating, renaming and deleting them does, and when it is refused."""

from __future__ import annotations

from dataclasses import replace

from mockserver.apis.kopicloud_ad.models import (
    DESCRIPTION_LIMIT,
    MAIL_LIMIT,
    MEMBERSHIP_GROUP,
    MEMBERSHIP_MEMBER,
    MEMBERSHIPS,
    OBJECT_PRIMARY_GROUP,
    OBJECTS,
    SCOPES,
    Group,
    Membership,
    fold,
)
from mockserver.apis.kopicloud_ad.service import directory, policy
from mockserver.kernel.errors import BadInput, NotFound, RuleBroken
from mockserver.kernel.names import nearest
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

_SCOPES = {fold(scope): scope for scope in SCOPES}


def find(work: Work, name: str) -> Group | None:
    """The group with this name, in any case."""
    return directory.account(work, Group, name)


def named(work: Work, name: str) -> Group:
    """As `find`; raises ``NotFound``."""
    group = find(work, name)
    if group is None:
        raise directory.absent(work, Group, name)
    return group


def listed(
    work: Work, *, group_type: str | None = None, path: str | None = None, recursive: bool = True
) -> list[Group]:
    """Groups by name, of one type or of both."""
    groups = directory.listed(work, Group, path=path, recursive=recursive)
    return [group for group in groups if group_type in (None, group.group_type)]


def create(
    work: Work,
    *,
    name: str,
    group_type: str,
    scope: str | None = None,
    description: str | None = None,
    email: str | None = None,
    path: str | None = None,
) -> Group:
    """A new group in ``CN=Users`` or the given container, of scope Global unless another is named."""
    account = policy.check_group_name(name)
    if description:
        policy.check_length("GroupDescription", description, DESCRIPTION_LIMIT)
    if email:
        policy.check_length("GroupEmail", email, MAIL_LIMIT)
    scope = scope_named(scope or "Global")
    parent = directory.container(work, path).id if path else directory.installation(work).users
    group = Group(
        id=work.ids.guid(),
        parent=parent,
        name=account,
        name_key=fold(account),
        account=account,
        account_key=fold(account),
        sid=directory.next_sid(work),
        group_type=group_type,
        scope=scope,
        description=description or None,
        email=email or None,
        created=work.clock.timestamp(),
    )
    return directory.add(work, group)


def scope_named(text: str) -> str:
    """A scope in its own spelling; raises ``BadInput`` (G7)."""
    scope = _SCOPES.get(fold(text))
    if scope is None:
        raise BadInput(f"GroupScope: {policy.shown(text)} is no scope{nearest(text, SCOPES)}", rule="G7")
    return scope


def rename(work: Work, name: str, *, to: str) -> Group:
    """Another name, account name included; members and memberships stay."""
    account = policy.check_group_name(to)
    group = named(work, name)
    directory.check_pinned(group, "renamed")
    key = fold(account)
    return directory.save(work, replace(group, name=account, name_key=key, account=account, account_key=key))


def placed(work: Work, name: str, *, path: str | None) -> Group:
    """As `named`; with a path, only in that container or below it."""
    place = directory.container(work, path) if path else None
    group = named(work, name)
    if place is not None and not directory.within(work, group, place):
        raise NotFound(f"group {group.account!r} is not in {policy.shown(path or '')}")
    return group


def delete(work: Work, group: Group) -> None:
    """Remove a group with all its links; raises ``RuleBroken`` when it is a primary group (G8) or critical (P18)."""
    if work.store.count(OBJECTS, Eq(OBJECT_PRIMARY_GROUP, group.id)):
        raise RuleBroken(f"group {group.account!r} is the primary group of an account", rule="G8")
    directory.check_critical(group)
    links: list[Membership] = []
    for side in (MEMBERSHIP_GROUP, MEMBERSHIP_MEMBER):
        links += work.store.select(MEMBERSHIPS, Eq(side, group.id))
    for key in {link.id for link in links}:
        work.store.delete(MEMBERSHIPS, key)
    work.store.delete(OBJECTS, group.id)
