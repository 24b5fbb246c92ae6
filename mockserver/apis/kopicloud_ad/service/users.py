"""Users: what creating, changing, renaming, enabling and deleting them does, and when it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.apis.kopicloud_ad.models import (
    MEMBERSHIP_MEMBER,
    MEMBERSHIPS,
    OBJECT_MANAGER,
    OBJECTS,
    TEXT_ATTRIBUTES,
    User,
    fold,
)
from mockserver.apis.kopicloud_ad.service import countries, directory, dn, policy
from mockserver.kernel.errors import BadInput, NotFound, RuleBroken
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work

_BY_LDAP = {attribute.ldap: attribute for attribute in TEXT_ATTRIBUTES}
_DRIVES = ("homeDrive", "msTSHomeDrive")
_LOCAL_HOME, _MAPPED_HOME = "homeDirectory;local", "homeDirectory"
_NEVER_BOTH = "ChangePasswordNextLogon and PasswordNeverExpired: both true; allowed: one of them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a caller wants of a user; ``None`` and missing texts mean: as it is. An empty text clears (U6).

    ``texts`` go by LDAP name; ``manager`` is a logon name or DN, ``path`` the DN of a container.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    manager: str | None = None
    path: str | None = None
    must_change: bool | None = None
    never_expires: bool | None = None
    rds_connect_drive: bool | None = None
    rds_allow_logon: bool | None = None


def find(work: Work, name: str) -> User | None:
    """The user with this logon name, in any case (U1)."""
    return directory.account(work, User, name)


def named(work: Work, name: str) -> User:
    """As `find`; raises ``NotFound``."""
    user = find(work, name)
    if user is None:
        raise directory.absent(work, User, name)
    return user


def by_guid(work: Work, text: str) -> User:
    """The user with this objectGUID; raises ``BadInput`` (P6), ``NotFound``."""
    guid = policy.guid("UserGuid", text)
    node = work.store.get(OBJECTS, guid)
    if not isinstance(node, User):
        raise NotFound(f"no user with GUID {guid} in domain {work.settings['ADDomainName']}")
    return node


def listed(work: Work, *, path: str | None = None, recursive: bool = True) -> list[User]:
    """Users by name, below a container or directly in it."""
    return directory.listed(work, User, path=path, recursive=recursive)


def checked(work: Work, change: Change) -> Change:
    """A change whose values are each allowed and go together, countries by their English names.

    Raises ``BadInput`` for all that can be refused without a look at the directory.
    """
    if change.path:
        dn.parse(change.path)
    if change.manager and "=" in change.manager:
        dn.parse(change.manager)
    texts = {ldap: _text(ldap, text) if text else "" for ldap, text in change.texts.items()}
    if texts.get(_LOCAL_HOME) and texts.get(_MAPPED_HOME):
        raise BadInput("HomeFolderPath and HomeFolderDirectory: both given; allowed: one of them", rule="U12")
    if not (change.must_change and change.never_expires):
        return change if texts == change.texts else replace(change, texts=texts)
    if work.settings["lenient-never-expires"]:
        return replace(change, texts=texts, must_change=False)
    raise BadInput(_NEVER_BOTH, rule="U5")


def create(work: Work, *, name: str, password: str | None, change: Change) -> User:
    """A new user in ``CN=Users`` or the given container; without a password it is disabled (U4).

    ``change`` is a `checked` one.
    """
    account = policy.check_user_name(name)
    anchors = directory.installation(work)
    parent = directory.container(work, change.path).id if change.path else anchors.users
    user = User(
        id=work.ids.guid(),
        parent=parent,
        name=account,
        name_key=fold(account),
        account=account,
        account_key=fold(account),
        sid=directory.next_sid(work),
        primary_group=anchors.domain_users,
        created=work.clock.timestamp(),
    )
    changes = _changes(work, user, change)
    if password:
        display_name = changes["attributes"].get("displayName")
        policy.check_password(work, password, account=account, display_name=display_name)
        changes |= {"password": policy.hashed(work, password), "enabled": True}
    return directory.add(work, replace(user, **changes))


def update(work: Work, user: User, change: Change) -> User:
    """Change what a `checked` change names; another container moves the user (U7)."""
    target = directory.container(work, change.path) if change.path else None
    user = replace(user, **_changes(work, user, change))
    if target:
        user = directory.move(work, user, target)
    return directory.save(work, user)


def rename(work: Work, old: str, new: str) -> User:
    """Another logon name, common name included; everything else stays (U16)."""
    account = policy.check_user_name(new)
    user, key = named(work, old), fold(account)
    if user.reserved:
        raise RuleBroken(f"user {user.account!r} belongs to the system and cannot be renamed", rule="KRBTGT")
    return directory.save(work, replace(user, name=account, name_key=key, account=account, account_key=key))


def enable(work: Work, user: User) -> User:
    """Let the account log on; raises ``RuleBroken`` while it has no password (U4)."""
    if user.reserved:
        raise RuleBroken(f"user {user.account!r} belongs to the system and cannot be enabled", rule="KRBTGT")
    if user.password is None and user.password_needed:
        raise RuleBroken(f"user {user.account!r} has no password; reset it before enabling the account", rule="U4")
    return _kept(work, replace(user, enabled=True))


def disable(work: Work, user: User) -> User:
    """Keep the account from logging on."""
    return _kept(work, replace(user, enabled=False))


def unlock(work: Work, user: User) -> User:
    """End a lockout and forget the failed logins behind it."""
    return _kept(work, replace(user, locked=False, failed_logins=0))


def reset_password(work: Work, name: str, *, password: str | None, must_change: bool) -> User:
    """An administrator's reset: no history, no minimum age, lockout untouched (U13)."""
    if not password:
        raise BadInput("newPassword: missing or empty; allowed: a password that meets the policy", rule="U13")
    user = named(work, name)
    if must_change and user.never_expires:
        message = f"ChangePassword: true is not allowed while the password of {user.account!r} never expires"
        raise RuleBroken(message, rule="U13")
    account = user.account or user.name
    policy.check_password(work, password, account=account, display_name=user.attributes.get("displayName"))
    return _kept(work, replace(user, password=policy.hashed(work, password), must_change=must_change))


def delete(work: Work, user: User) -> None:
    """Remove a user with its memberships and the links of those it manages (U18)."""
    directory.check_critical(user)
    for membership in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, user.id)):
        work.store.delete(MEMBERSHIPS, membership.id)
    for managed in work.store.select(OBJECTS, Eq(OBJECT_MANAGER, user.id)):
        work.store.replace(OBJECTS, replace(managed, manager=None))
    work.store.delete(OBJECTS, user.id)


def manager_of(work: Work, user: User) -> str | None:
    """The logon name of a user's manager (U8)."""
    manager = work.store.get(OBJECTS, user.manager) if user.manager else None
    return manager.account if manager else None


def _kept(work: Work, user: User) -> User:
    work.store.replace(OBJECTS, user)
    return user


def _changes(work: Work, user: User, change: Change) -> dict[str, Any]:
    """What a change makes of a user: values by attribute."""
    manager = user.manager if change.manager is None else _manager(work, change.manager)
    must_change, never_expires = _expiry(work, user, change)
    connect, allow = change.rds_connect_drive, change.rds_allow_logon
    return {
        "attributes": _texts(user.attributes, change.texts) if change.texts else user.attributes,
        "manager": manager,
        "must_change": must_change,
        "never_expires": never_expires,
        "rds_connect_drive": user.rds_connect_drive if connect is None else connect,
        "rds_allow_logon": user.rds_allow_logon if allow is None else allow,
    }


def _expiry(work: Work, user: User, change: Change) -> tuple[bool, bool]:
    """Whether the password must be changed and whether it never expires: never both (U5)."""
    must = user.must_change if change.must_change is None else change.must_change
    never = user.never_expires if change.never_expires is None else change.never_expires
    if not (must and never):
        return must, never
    if change.must_change is None or work.settings["lenient-never-expires"]:
        return False, True
    raise RuleBroken(f"{_NEVER_BOTH} (user {user.account!r} has the other one already)", rule="U5")


def _texts(present: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The attributes with some set and others cleared."""
    texts = {**present, **wanted}
    for given, other in ((_LOCAL_HOME, _MAPPED_HOME), (_MAPPED_HOME, _LOCAL_HOME)):
        if wanted.get(given):
            texts.pop(other, None)
    return {ldap: text for ldap, text in texts.items() if text}


def _text(ldap: str, text: str) -> str:
    attribute = _BY_LDAP[ldap]
    if ldap in _DRIVES:
        return policy.check_drive(attribute.parameter, text)
    if ldap == "co":
        return countries.english_name(text)
    return policy.check_length(attribute.parameter, text, attribute.limit)


def _manager(work: Work, text: str) -> str | None:
    """The objectGUID behind a logon name or DN; ``None`` for an empty text (U8)."""
    if not text:
        return None
    node = directory.find(work, text) if "=" in text else find(work, text)
    if not isinstance(node, User):
        raise NotFound(f"Manager: user {policy.shown(text)} does not exist", rule="P16")
    return node.id
