"""Domain objects as the JSON values of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mockserver.apis.kopicloud_ad.models import (
    TEXT_ATTRIBUTES,
    ZONES,
    Computer,
    Container,
    Group,
    OrganizationalUnit,
    Record,
    User,
    Zone,
)
from mockserver.apis.kopicloud_ad.service import events, users, zones
from mockserver.apis.kopicloud_ad.service.directory import Paths
from mockserver.kernel.work import Work

#: Where a field of a user comes from: the LDAP name of a text attribute, or a function.
Source = str | Callable[["View", User], Any]

DEFAULT_FIELDS = (
    "username",
    "firstName",
    "lastName",
    "displayName",
    "description",
    "company",
    "office",
    "department",
    "emailAddress",
)


class View:
    """What showing objects of one answer needs: DNs and managers, each looked up once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.paths = Paths(work)
        self._managers: dict[str, str | None] = {}

    def manager(self, user: User) -> str | None:
        """The logon name of a user's manager."""
        if user.manager is None:
            return None
        if user.manager not in self._managers:
            self._managers[user.manager] = users.manager_of(self._work, user)
        return self._managers[user.manager]


#: Every field of a user that can be asked for, beside ``guid``, which is always there.
USER_FIELDS: Mapping[str, Source] = {
    "username": lambda view, user: user.account,
    "samUsername": lambda view, user: user.account,
    **{attribute.field: attribute.ldap for attribute in TEXT_ATTRIBUTES},
    "ouPath": lambda view, user: view.paths.parent(user),
    "changePasswordNextLogon": lambda view, user: user.must_change,
    "passwordNeverExpired": lambda view, user: user.never_expires,
    "manager": lambda view, user: view.manager(user),
    "rdsConnectDrive": lambda view, user: user.rds_connect_drive,
    "rdsAllowLogon": lambda view, user: user.rds_allow_logon,
}

_FIELDS_BY_KEY = {name.lower(): name for name in USER_FIELDS}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which fields of a user an answer shows, and what its two internal fields say of it."""

    fields: tuple[tuple[str, Source], ...]
    everything: bool
    names: tuple[str, ...]

    def show(self, view: View, user: User) -> dict[str, Any]:
        """A user with the selected fields; fields not selected are left out."""
        shown: dict[str, Any] = {"guid": user.id}
        texts = user.attributes
        for name, source in self.fields:
            shown[name] = texts.get(source) if isinstance(source, str) else source(view, user)
        shown["_IncludeAllProperties"] = self.everything
        shown["_ShowFields"] = list(self.names) or None
        return shown


@lru_cache(maxsize=1024)
def selection(show_fields: str | None) -> Selection:
    """The selection a ``ShowFields`` value means; ``First_Name`` and ``firstname`` are ``firstName``."""
    names = tuple(name for name in (part.strip() for part in (show_fields or "").split(",")) if name)
    if any(name in ("*",) or name.lower() == "all" for name in names):
        return Selection(tuple(USER_FIELDS.items()), True, ())
    wanted = [_FIELDS_BY_KEY.get(name.lower().replace("_", "").replace(" ", "")) for name in names]
    fields = dict.fromkeys(name for name in (wanted if names else DEFAULT_FIELDS) if name is not None)
    return Selection(tuple((name, USER_FIELDS[name]) for name in fields), False, names)


def user(work: Work, one: User, show_fields: str | None) -> dict[str, Any]:
    """A user, as far as ``ShowFields`` asks."""
    return selection(show_fields).show(View(work), one)


def user_list(work: Work, found: list[User], show_fields: str | None) -> list[dict[str, Any]]:
    """Users, as far as ``ShowFields`` asks."""
    show, view = selection(show_fields).show, View(work)
    return [show(view, one) for one in found]


def group(work: Work, one: Group) -> dict[str, Any]:
    """A group."""
    return group_list(work, [one])[0]


def group_list(work: Work, found: list[Group]) -> list[dict[str, Any]]:
    """Groups; ``ouPath`` is the container (P1)."""
    paths = Paths(work)
    return [
        {
            "guid": one.id,
            "name": one.name,
            "scope": one.scope,
            "description": one.description,
            "email": one.email,
            "ouPath": paths.parent(one),
            "type": one.group_type,
        }
        for one in found
    ]


def ou(work: Work, one: OrganizationalUnit | Container) -> dict[str, Any]:
    """An OU."""
    return ou_list(work, [one])[0]


def ou_list(work: Work, found: list[OrganizationalUnit | Container]) -> list[dict[str, Any]]:
    """OUs and containers; ``path`` is their own DN, and a container is never protected (O9)."""
    paths = Paths(work)
    return [
        {
            "guid": one.id,
            "name": one.name,
            "description": one.description,
            "path": paths.of(one),
            "protected": isinstance(one, OrganizationalUnit) and one.protected,
        }
        for one in found
    ]


def computer(work: Work, one: Computer) -> dict[str, Any]:
    """A computer."""
    return computer_list(work, [one])[0]


def computer_list(work: Work, found: list[Computer]) -> list[dict[str, Any]]:
    """Computers; ``path`` is their own DN (P2), and what a machine has not reported is shown as in C1."""
    paths = Paths(work)
    return [
        {
            "sid": one.sid,
            "computerName": one.name,
            "operatingSystem": one.operating_system or "unknown",
            "description": one.description or "",
            "dnsName": one.dns_name or "",
            "path": paths.of(one),
            "created": events.us_time(one.created),
        }
        for one in found
    ]


def record(work: Work, one: Record) -> dict[str, Any]:
    """A DNS record."""
    return record_list(work, [one])[0]


def record_list(work: Work, found: list[Record]) -> list[dict[str, Any]]:
    """DNS records, with the names of their zones."""
    rows = {guid: work.store.get(ZONES, guid) for guid in {one.zone for one in found}}
    names = {guid: row.name if row else None for guid, row in rows.items()}
    return [
        {
            "name": one.owner,
            "type": one.type,
            "data": one.data,
            "zone": names[one.zone],
            "timestamp": one.timestamp,
        }
        for one in found
    ]


def zone(work: Work, one: Zone) -> dict[str, Any]:
    """A DNS zone."""
    return {
        "distinguishedName": zones.distinguished_name(work, one),
        "zoneName": one.name,
        "zoneType": one.zone_type,
        "type": one.direction,
    }


def zone_list(work: Work, found: list[Zone]) -> list[dict[str, Any]]:
    """DNS zones."""
    return [zone(work, one) for one in found]
