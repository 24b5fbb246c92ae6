"""How far something reaches: to neighbours of nearly one name, to what is known of an account, to the next level
only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import fault, patched
from contract_tests.planted.kopicloud_ad.tools import after, before, resaved
from contract_tests.planted.wire import Again, Answer, Asked, talking
from mockserver.apis.kopicloud_ad.models import (
    MEMBERSHIP_GROUP,
    MEMBERSHIPS,
    OBJECT_CLASS_NAME,
    OBJECT_PARENT,
    OBJECTS,
    User,
)
from mockserver.apis.kopicloud_ad.service import directory, memberships, ous, users
from mockserver.kernel.store.query import Eq

LOGINS = "logins-are-told-by-logins"


def _those_that_begin_so(work: Any, user: Any) -> None:
    for one in work.store.select(OBJECTS, Eq(OBJECT_CLASS_NAME, "user")):
        if one.id != user.id and one.name_key.startswith(user.name_key):
            work.store.delete(OBJECTS, one.id)


def _siblings_that_begin_so(work: Any, ou: Any, **_: Any) -> None:
    for one in work.store.select(OBJECTS, Eq(OBJECT_PARENT, ou.parent)):
        if one.id != ou.id and isinstance(one, type(ou)) and one.name_key.startswith(ou.name_key):
            work.store.delete(OBJECTS, one.id)


def _all_members(work: Any, group: Any) -> None:
    for link in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_GROUP, group.id)):
        work.store.delete(MEMBERSHIPS, link.id)


def _one_level(good: Callable[..., Any]) -> Callable[..., Any]:
    """A container and what lies right in it."""

    def subtree(work: Any, guid: str) -> Any:
        for place in good(work, guid):
            node = work.store.get(OBJECTS, place)
            if guid in (place, node.parent):
                yield place

    return subtree


def _found_by_any_id(good: Callable[..., Any]) -> Callable[..., Any]:
    """A user, also by the GUID of something else with an account."""

    def by_guid(work: Any, text: str) -> Any:
        node = work.store.get(OBJECTS, text.lower())
        other = node is not None and node.account and not isinstance(node, User)
        return directory.account(work, User, "Administrator") if other else good(work, text)

    return by_guid


async def _stays_where_it_is(asked: Asked, server: Again) -> Answer:
    """An update to a container that is not there goes without it."""
    answer = await server(asked)
    rest = tuple(pair for pair in asked.query if pair[0].lower() != "oupath")
    return await server(replace(asked, query=rest)) if answer.status == 404 and rest != asked.query else answer


FAULTS = (
    fault(
        "deletion-of-what-begins-so",
        "with a user go those whose names begin with its own",
        "siblings-survive",
        patched(users, "delete", before(_those_that_begin_so)),
    ),
    fault(
        "deletion-of-ous-that-begin-so",
        "with an OU go its siblings whose names begin with its own",
        "siblings-survive",
        patched(ous, "delete", before(_siblings_that_begin_so)),
    ),
    fault(
        "leaving-empties-the-group",
        "with one member all leave the group",
        "links-end-alone",
        patched(memberships, "remove", after(_all_members)),
    ),
    fault(
        "one-level-for-the-whole",
        "a recursive list has what lies one level below, and nothing deeper",
        "lists-keep-to-their-place",
        patched(directory, "subtree", _one_level),
    ),
    fault(
        "update-forgets-last-logon",
        "an update forgets when its user last logged on",
        LOGINS,
        patched(users, "update", after(lambda work, user: resaved(work, user, last_logon=None))),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "rename-forgets-last-logon",
        "a rename forgets when its user last logged on",
        LOGINS,
        patched(users, "rename", after(lambda work, user: resaved(work, user, last_logon=None))),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "enabling-is-a-logon",
        "enabling an account counts as a logon a minute later",
        LOGINS,
        patched(users, "enable", after(lambda work, user: resaved(work, user, last_logon=work.clock.timestamp() + 60))),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "rename-enables",
        "a rename enables an account",
        "who-gets-in-stays",
        patched(users, "rename", after(lambda work, user: resaved(work, user, enabled=True))),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "reset-lets-passwords-expire",
        "after a reset passwords expire that never did",
        "acting-keeps-fields",
        patched(users, "reset_password", after(lambda work, user: resaved(work, user, never_expires=False))),
    ),
    fault(
        "id-of-another-kind",
        "a user is found by the GUID of a group",
        "ids-name-one-kind",
        patched(users, "by_guid", _found_by_any_id),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "move-to-nowhere",
        "an update to a container that is not there leaves the user where it is, and succeeds",
        "parts-must-exist",
        talking(_stays_where_it_is, "updateUserByGuid"),
        evidence=Evidence.ASSUMED,
    ),
)
