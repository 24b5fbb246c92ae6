"""Operations on users: one function per operation, named by its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import TEXT_ATTRIBUTES, User
from mockserver.apis.kopicloud_ad.service import events, users
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work

_LDAP_BY_PARAMETER = {attribute.parameter: attribute.ldap for attribute in TEXT_ATTRIBUTES}


def list_users_in_ou(work: Work, call: Call) -> Reply:
    found = users.listed(work, path=call.arguments.get("OUPath"), recursive=call.arguments["Recursive"])
    return _listed(work, call, found)


def list_all_users(work: Work, call: Call) -> Reply:
    return _listed(work, call, users.listed(work))


def get_user(work: Work, call: Call) -> Reply:
    return _shown(work, call, "found", users.named(work, call.arguments["Username"]))


def user_exists(work: Work, call: Call) -> Reply:
    name = call.arguments["Username"]
    exists = users.find(work, name) is not None
    return done(f"user {name!r} {'exists' if exists else 'does not exist'}", exists)


def get_user_last_logon(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    if user.last_logon is None:
        return done(f"user {user.account!r} never logged on", None)
    return done(f"last logon of user {user.account!r} found", events.iso_time(user.last_logon))


def create_user(work: Work, call: Call) -> Reply:
    given = call.arguments
    user = users.create(work, name=given["Username"], password=given.get("Password"), change=_change(work, call))
    return _shown(work, call, "created", user)


def update_user(work: Work, call: Call) -> Reply:
    change, user = _change(work, call), users.named(work, call.arguments["Username"])
    return _shown(work, call, "updated", users.update(work, user, change))


def update_user_by_guid(work: Work, call: Call) -> Reply:
    change, user = _change(work, call), users.by_guid(work, call.arguments["UserGuid"])
    return _shown(work, call, "updated", users.update(work, user, change))


def disable_user(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    return _shown(work, call, "disabled", users.disable(work, user))


def enable_user(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    return _shown(work, call, "enabled", users.enable(work, user))


def rename_user(work: Work, call: Call) -> Reply:
    old = call.arguments["Username"]
    return _shown(work, call, f"renamed from {old!r}", users.rename(work, old, call.arguments["NewUsername"]))


def reset_user_password(work: Work, call: Call) -> Reply:
    given = call.arguments
    user = users.reset_password(
        work, given["Username"], password=given.get("newPassword"), must_change=given["ChangePassword"]
    )
    return _shown(work, call, "given a new password", user)


def unlock_user(work: Work, call: Call) -> Reply:
    user = users.named(work, call.arguments["Username"])
    return _shown(work, call, "unlocked", users.unlock(work, user))


def delete_user(work: Work, call: Call) -> Reply:
    return _deleted(work, call, users.named(work, call.arguments["Username"]))


def get_user_by_guid(work: Work, call: Call) -> Reply:
    return _shown(work, call, "found", users.by_guid(work, call.arguments["UserGuid"]))


def delete_user_by_guid(work: Work, call: Call) -> Reply:
    return _deleted(work, call, users.by_guid(work, call.arguments["UserGuid"]))


def _shown(work: Work, call: Call, outcome: str, user: User) -> Reply:
    shown = shapes.user(work, user, call.arguments.get("ShowFields"))
    return done(f"user {user.account!r} {outcome}", shown)


def _listed(work: Work, call: Call, found: list[User]) -> Reply:
    return done(f"{len(found)} users found", shapes.user_list(work, found, call.arguments.get("ShowFields")))


def _deleted(work: Work, call: Call, user: User) -> Reply:
    reply = _shown(work, call, "deleted", user)
    users.delete(work, user)
    return reply


def _change(work: Work, call: Call) -> users.Change:
    given: Mapping[str, Any] = call.arguments
    must_change = given.get("ChangePasswordNextLogon")
    if given.get("PasswordNeverExpired") and "ChangePasswordNextLogon" not in call.given:
        must_change = None  # a default never stands against what was asked for (U5)
    change = users.Change(
        texts={ldap: given[name] for name, ldap in _LDAP_BY_PARAMETER.items() if name in given},
        manager=given.get("Manager"),
        path=given.get("OUPath"),
        must_change=must_change,
        never_expires=given.get("PasswordNeverExpired"),
        rds_connect_drive=given.get("RdsConnectDrive"),
        rds_allow_logon=given.get("RdsAllowLogon"),
    )
    return users.checked(work, change)
