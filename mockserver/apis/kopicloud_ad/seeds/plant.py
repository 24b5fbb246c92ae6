"""From a checked seed document to a domain. What a schema cannot see, dangling names above all, is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from apitwin.data.faults import place_of
from mockserver.apis.kopicloud_ad.models import (
    OBJECTS,
    TEXT_ATTRIBUTES,
    TOKENS,
    ZONES,
    Container,
    Group,
    OrganizationalUnit,
    Token,
    User,
    Zone,
    fold,
)
from mockserver.apis.kopicloud_ad.seeds.domain import promote
from mockserver.apis.kopicloud_ad.service import (
    computers,
    directory,
    dn,
    groups,
    memberships,
    ous,
    records,
    tokens,
    users,
    zones,
)
from mockserver.apis.kopicloud_ad.settings import ROLES
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError, moment, numbered, placed
from mockserver.kernel.work import Work

#: Settings under which every password is good enough.
NO_POLICY = {"password-min-length": 0, "password-complexity": False}

Entry = Mapping[str, Any]

_LDAP_BY_FIELD = {attribute.field: attribute.ldap for attribute in TEXT_ATTRIBUTES}


def plant(work: Work, document: Entry) -> None:
    """Fill an empty world from a document that meets the schema; raises ``SeedError``."""
    promote(work, token_key=document["token_key"], password=document["default_password"])
    # the accounts of a seed are older than the password policy that its settings or the operator's ask for
    planter = _Planter(work._replace(settings={**work.settings, **NO_POLICY}), document)
    planter.ous(document.get("ous", ()), "", "ous")
    planter.groups()
    planter.roles()
    planter.users()
    planter.computers()
    planter.managers()
    planter.members()
    planter.zones()
    planter.default_zone()
    planter.tokens()


class _Planter:
    """The world being planted, and the names planted so far."""

    def __init__(self, work: Work, document: Entry) -> None:
        self._work, self._document = work, document
        paths = directory.Paths(work)
        self._places = {
            node.name: paths.of(node)
            for variant in (Container, OrganizationalUnit)
            for node in directory.listed(work, variant, path=None)
        }

    def ous(self, entries: Iterable[Entry], above: str, place: str) -> None:
        """OUs and those in them, as deep as they go."""
        root = dn.root(str(self._work.settings["ADDomainName"]))
        for at, entry in numbered(entries, place):
            with placed(at):
                ou = ous.create(
                    self._work,
                    name=entry["name"],
                    path=self._places[above] if above else root,
                    description=entry.get("description"),
                    protected=entry.get("protected", False),
                )
            path = f"{above}/{ou.name}" if above else ou.name
            self._places[path] = directory.Paths(self._work).of(ou)
            self.ous(entry.get("ous", ()), path, f"{at}.ous")

    def groups(self) -> None:
        """Groups, without their members."""
        for at, place, entry in self._by_ou("groups"):
            with placed(at):
                groups.create(
                    self._work,
                    name=entry["name"],
                    group_type=entry.get("type", "Security"),
                    scope=entry.get("scope"),
                    description=entry.get("description"),
                    email=entry.get("email"),
                    path=place,
                )

    def roles(self) -> None:
        """That the groups which the settings of the seed name are there."""
        for name, group in self._document.get("settings", {}).items():
            if name in ROLES and group:
                self._group(place_of("settings", name), group)

    def users(self) -> None:
        """Users, without their managers."""
        default = self._document["default_password"]
        for at, place, entry in self._by_ou("users"):
            change = users.Change(
                texts={_LDAP_BY_FIELD[field]: text for field, text in entry.items() if field in _LDAP_BY_FIELD},
                path=place,
                must_change=entry.get("changePasswordNextLogon", False),
                never_expires=entry.get("passwordNeverExpired", False),
                rds_connect_drive=entry.get("rdsConnectDrive", False),
                rds_allow_logon=entry.get("rdsAllowLogon", True),
            )
            with placed(at):
                name, password = entry["name"], entry.get("password", default)
                change = users.checked(self._work, change)
                user = users.create(self._work, name=name, password=password, change=change)
            if "enabled" in entry or "locked" in entry or "lastLogon" in entry:
                self._hidden_state(at, user, entry)

    def computers(self) -> None:
        """Computers, joined ones with what they reported."""
        for at, place, entry in self._by_ou("computers"):
            with placed(at):
                computer = computers.register(
                    self._work, name=entry["name"], description=entry.get("description"), path=place
                )
            if "operatingSystem" in entry or "dnsName" in entry:
                joined = replace(computer, operating_system=entry.get("operatingSystem"), dns_name=entry.get("dnsName"))
                self._work.store.replace(OBJECTS, joined)

    def managers(self) -> None:
        """Managers, once everybody is there."""
        for at, _, entry in self._by_ou("users"):
            if "manager" in entry:
                manager, user = self._user(f"{at}.manager", entry["manager"]), self._user(at, entry["name"])
                self._work.store.replace(OBJECTS, replace(user, manager=manager.id))

    def members(self) -> None:
        """Members of the seed's groups and, under ``members``, of those every domain has."""
        lists = [(f"{at}.members", entry["name"], entry.get("members", ())) for at, _, entry in self._by_ou("groups")]
        given = self._document.get("members", {})
        lists += [(place_of("members", name), name, names) for name, names in given.items()]
        for at, name, names in lists:
            group = self._group(at, name)
            for where, member in numbered(names, at):
                with placed(where):
                    memberships.add(self._work, self._member(where, member), group)

    def zones(self) -> None:
        """Zones with their records; a zone every domain has gets more records."""
        for at, entry in numbered(self._document.get("zones", ()), "zones"):
            with placed(at):
                zone = self._zone(entry)
            for where, line in numbered(entry.get("records", ()), f"{at}.records"):
                owner, kind, data = line.split(" ")
                with placed(where):
                    records.create_in(self._work, records.TYPES[kind], zone, owner=owner, data=data)
            if "zoneType" in entry:
                self._work.store.replace(ZONES, replace(zone, zone_type=entry["zoneType"]))

    def default_zone(self) -> None:
        """The zone of record calls that name none has to be there. That of the domain follows the operator's name."""
        settings = self._document.get("settings", {})
        name = settings.get("DNSZone")
        if name and name != settings.get("ADDomainName") and zones.find(self._work, name) is None:
            known = [zone.name for zone in zones.listed(self._work)]
            raise SeedError("settings.DNSZone", f"no zone {name!r}{nearest(name, known)}")

    def tokens(self) -> None:
        """Tokens with their header values, which depend on nothing but the seed's key and their own lines."""
        given = self._document.get("tokens", {})
        for at, entry in numbered(given.get("jwt", ()), "tokens.jwt"):
            user, expires = self._user(f"{at}.user", entry["user"]), entry.get("expires")
            with placed(at):
                token = tokens.create_jwt(
                    self._work,
                    name=entry["name"],
                    user=user,
                    expires=moment(f"{at}.expires", expires).timestamp() if expires else None,
                    mark=blake2b(entry["name"].encode(), digest_size=16).hexdigest(),
                )
            credential = tokens.jwt_value(self._work, token)
            self._work.store.replace(
                TOKENS, replace(token, disabled=entry.get("disabled", False), credential=credential)
            )
        for at, name in numbered(given.get("basic", ()), "tokens.basic"):
            self._basic(at, name)

    def _basic(self, at: str, name: str) -> None:
        passwords = {fold(entry["name"]): entry.get("password") for _, _, entry in self._by_ou("users")}
        user = self._user(at, name)
        password = passwords.get(fold(name)) or self._document["default_password"]
        with placed(at):
            token: Token = tokens.create_basic(self._work, user=user, password=password)
        credential = tokens.basic_value(user.name, password)
        self._work.store.replace(TOKENS, replace(token, credential=credential))

    def _zone(self, entry: Entry) -> Zone:
        if ("name" in entry) == ("network" in entry):
            raise SeedError("", "a zone has either a name or a network")
        if "network" in entry:
            return zones.create_reverse(self._work, entry["network"])
        return zones.find(self._work, entry["name"]) or zones.create_forward(self._work, entry["name"])

    def _hidden_state(self, at: str, user: User, entry: Entry) -> None:
        last = entry.get("lastLogon")
        changed = replace(
            user,
            enabled=entry.get("enabled", user.enabled),
            locked=entry.get("locked", False),
            last_logon=moment(f"{at}.lastLogon", last).timestamp() if last else None,
        )
        self._work.store.replace(OBJECTS, changed)

    def _by_ou(self, key: str) -> Iterator[tuple[str, str | None, Entry]]:
        """Entries with their place in the document and the DN of their OU, ``None`` for the default container."""
        for path, entries in self._document.get(key, {}).items():
            if path and path not in self._places:
                raise SeedError(place_of(key, path), f"no OU {path!r}{nearest(path, self._places)}")
            for at, entry in numbered(entries, place_of(key, path)):
                yield at, self._places[path] if path else None, entry

    def _user(self, at: str, name: str) -> User:
        user = users.find(self._work, name)
        if user is None:
            raise SeedError(at, f"no user {name!r}{nearest(name, self._names(User))}")
        return user

    def _group(self, at: str, name: str) -> Group:
        group = groups.find(self._work, name)
        if group is None:
            raise SeedError(at, f"no group {name!r}{nearest(name, self._names(Group))}")
        return group

    def _member(self, at: str, name: str) -> User | Group:
        member = users.find(self._work, name) or groups.find(self._work, name)
        if member is None:
            known = [*self._names(User), *self._names(Group)]
            raise SeedError(at, f"no user or group {name!r}{nearest(name, known)}")
        return member

    def _names(self, variant: type[User] | type[Group]) -> list[str]:
        return [node.name for node in directory.listed(self._work, variant, path=None)]
