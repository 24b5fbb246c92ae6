"""Groups and memberships: nesting, links, and who is in what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import items
from contract_tests.planted.fault import fault, patched
from contract_tests.planted.kopicloud_ad.status import when
from mockserver.apis.kopicloud_ad.models import MEMBERSHIP_GROUP, MEMBERSHIP_MEMBER, MEMBERSHIPS
from mockserver.apis.kopicloud_ad.service import directory, groups, memberships
from mockserver.kernel.errors import RuleBroken
from mockserver.kernel.store.query import Eq


def _without(good: Any, question: str) -> Any:
    """Nesting without one of its questions."""

    def check(child: Any, parent: Any) -> None:
        if question == "scope":
            child = replace(child, scope=parent.scope)
        if question == "type":
            child = replace(child, group_type=parent.group_type)
        if question == "self" and child.id == parent.id:
            return
        good(child, parent)

    return check


def _same_scope(good: Any) -> Any:
    """Only groups of one scope nest."""

    def check(child: Any, parent: Any) -> None:
        good(child, parent)
        if child.scope != parent.scope:
            raise RuleBroken("scopes differ")

    return check


def _nested_too(_: Any) -> Any:
    """The groups of a user's groups are listed as the user's own."""
    return lambda work, user: sorted(memberships.transitive(work, user), key=lambda one: one.name_key)


def _again(good: Any) -> Any:
    """Who is a member already is made one again without a word."""

    def add(work: Any, member: Any, group: Any) -> Any:
        return group if memberships.is_member(work, member, group) else good(work, member, group)

    return add


def _only_last(good: Any) -> Any:
    """Who joins a group leaves all others."""

    def add(work: Any, member: Any, group: Any) -> Any:
        joined = good(work, member, group)
        for link in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, member.id)):
            if link.group != group.id:
                work.store.delete(MEMBERSHIPS, link.id)
        return joined

    return add


def _all_links(good: Any) -> Any:
    """Who leaves a group leaves all."""

    def remove(work: Any, member: Any, group: Any) -> Any:
        left = good(work, member, group)
        for link in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, member.id)):
            work.store.delete(MEMBERSHIPS, link.id)
        return left

    return remove


def _turned(good: Any) -> Any:
    """Parent and child are taken for each other when asked for."""

    def member(work: Any, child: Any, parent: Any) -> bool:
        if child.object_class == "group":
            return bool(good(work, parent, child))
        return bool(good(work, child, parent))

    return member


def _anywhere(_: Any) -> Any:
    """The container a group is said to lie in does not count."""
    return lambda work, name, path: groups.named(work, name)


FAULTS = (
    fault(
        "any-scope-nests",
        "groups of any scope nest",
        "story status-fits-situation",
        patched(memberships, "_check_nesting", lambda good: _without(good, "scope")),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "any-type-nests",
        "distribution groups nest in security groups",
        "story status-fits-situation",
        patched(memberships, "_check_nesting", lambda good: _without(good, "type")),
    ),
    fault(
        "in-itself",
        "a group can be in itself",
        "story status-fits-situation",
        patched(memberships, "_check_nesting", lambda good: _without(good, "self")),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "only-same-scope",
        "only groups of one scope nest",
        "story status-fits-situation",
        patched(memberships, "_check_nesting", _same_scope),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "joins-twice",
        "who is a member already can be made one again",
        "creating-twice",
        patched(memberships, "add", _again),
    ),
    fault(
        "only-one-group",
        "who joins a group leaves all others",
        "story status-fits-situation",
        patched(memberships, "add", _only_last),
    ),
    fault(
        "leaves-all-groups",
        "who leaves a group leaves all",
        "story status-fits-situation",
        patched(memberships, "remove", _all_links),
    ),
    fault(
        "nested-groups-listed",
        "the groups of a user's groups are listed as its own",
        "story status-fits-situation",
        patched(memberships, "groups_of", _nested_too),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "primary-group-missing",
        "the primary group is not listed",
        "story status-fits-situation",
        items(lambda found: [one for one in found if one["name"] != "Domain Users"], "listUserGroups"),
        evidence=Evidence.ASSUMED,
        unseen="no read shows which group is the primary one",
    ),
    fault(
        "turned-around",
        "parent and child are taken for each other when asked for",
        "exists-agrees",
        patched(memberships, "is_member", _turned),
    ),
    fault(
        "child-answered",
        "joining a group answers the child",
        "story status-fits-situation",
        patched(
            memberships,
            "add",
            lambda good: (
                lambda work, member, group: (
                    (good(work, member, group), member)[1]
                    if member.object_class == "group"
                    else good(work, member, group)
                )
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "not-in-that-place",
        "a group is deleted though it lies elsewhere",
        "story status-fits-situation",
        patched(groups, "placed", _anywhere),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "absent-user-no-member",
        "whether an absent user is a member is answered with false",
        "parts-must-exist",
        when(lambda one, got: one.id == "userGroupExists" and got.status == 404, 200),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "members-hold-groups",
        "a group with members cannot be deleted",
        "story status-fits-situation",
        patched(
            groups,
            "delete",
            lambda good: (
                lambda work, group: (
                    good(work, group)
                    if not work.store.count(MEMBERSHIPS, Eq(MEMBERSHIP_GROUP, group.id))
                    else directory.check_critical(replace(group, critical=True))
                )
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
)
