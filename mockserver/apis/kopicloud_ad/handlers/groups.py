"""Operations on groups and memberships: one function per operation, named by its id."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import DISTRIBUTION, SECURITY, Group
from mockserver.apis.kopicloud_ad.service import groups, memberships, users
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work


def list_groups_in_ou(work: Work, call: Call) -> Reply:
    return _in_ou(work, call, None)


def list_all_groups(work: Work, call: Call) -> Reply:
    return _listed(work, groups.listed(work))


def list_distribution_groups(work: Work, call: Call) -> Reply:
    return _in_ou(work, call, DISTRIBUTION)


def list_security_groups(work: Work, call: Call) -> Reply:
    return _in_ou(work, call, SECURITY)


def get_group(work: Work, call: Call) -> Reply:
    return _shown(work, "found", groups.named(work, call.arguments["GroupName"]))


def group_exists(work: Work, call: Call) -> Reply:
    name = call.arguments["GroupName"]
    exists = groups.find(work, name) is not None
    return done(f"group {name!r} {'exists' if exists else 'does not exist'}", exists)


def create_distribution_group(work: Work, call: Call) -> Reply:
    return _created(work, call, DISTRIBUTION)


def create_security_group(work: Work, call: Call) -> Reply:
    return _created(work, call, SECURITY)


def rename_group(work: Work, call: Call) -> Reply:
    name = call.arguments["GroupName"]
    return _shown(work, f"renamed from {name!r}", groups.rename(work, name, to=call.arguments["NewGroupName"]))


def remove_group(work: Work, call: Call) -> Reply:
    group = groups.placed(work, call.arguments["GroupName"], path=call.arguments.get("OUPath"))
    reply = _shown(work, "deleted", group)
    groups.delete(work, group)
    return reply


def list_user_groups(work: Work, call: Call) -> Reply:
    return _listed(work, memberships.groups_of(work, users.named(work, call.arguments["Username"])))


def get_user_group(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    group = memberships.check_member(work, user, groups.named(work, call.arguments["GroupName"]))
    return _shown(work, f"has member {user.account!r}", group)


def user_group_exists(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    group = groups.named(work, call.arguments["GroupName"])
    found = memberships.is_member(work, user, group)
    return done(f"user {user.account!r} is {'' if found else 'not '}in group {group.name!r}", found)


def add_user_to_group(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    group = groups.named(work, call.arguments["GroupName"])
    return _shown(work, f"has the new member {user.account!r}", memberships.add(work, user, group))


def remove_user_from_group(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    group = groups.named(work, call.arguments["GroupName"])
    return _shown(work, f"no longer has member {user.account!r}", memberships.remove(work, user, group))


def add_group_to_group(work: Work, call: Call) -> Reply:
    parent, child = _pair(work, call)
    return _shown(work, f"has the new member {child.account!r}", memberships.add(work, child, parent))


def remove_group_from_group(work: Work, call: Call) -> Reply:
    parent, child = _pair(work, call)
    return _shown(work, f"no longer has member {child.account!r}", memberships.remove(work, child, parent))


def group_group_exists(work: Work, call: Call) -> Reply:
    parent, child = _pair(work, call)
    found = memberships.is_member(work, child, parent)
    return done(f"group {child.name!r} is {'' if found else 'not '}in group {parent.name!r}", found)


def _pair(work: Work, call: Call) -> tuple[Group, Group]:
    parent = groups.named(work, call.arguments["ParentGroupName"])
    return parent, groups.named(work, call.arguments["ChildGroupName"])


def _in_ou(work: Work, call: Call, group_type: str | None) -> Reply:
    given = call.arguments
    found = groups.listed(work, group_type=group_type, path=given.get("OUPath"), recursive=given["Recursive"])
    return _listed(work, found)


def _created(work: Work, call: Call, group_type: str) -> Reply:
    given = call.arguments
    group = groups.create(
        work,
        name=given["GroupName"],
        group_type=group_type,
        scope=given.get("GroupScope"),
        description=given.get("GroupDescription"),
        email=given.get("GroupEmail"),
        path=given.get("OUPath"),
    )
    return _shown(work, "created", group)


def _shown(work: Work, outcome: str, group: Group) -> Reply:
    return done(f"group {group.name!r} {outcome}", shapes.group(work, group))


def _listed(work: Work, found: list[Group]) -> Reply:
    return done(f"{len(found)} groups found", shapes.group_list(work, found))
