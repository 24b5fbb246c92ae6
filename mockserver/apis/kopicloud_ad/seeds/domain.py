"""A freshly promoted domain: the objects and zones every domain has before anybody adds one."""

from __future__ import annotations

from dataclasses import replace

from mockserver.apis.kopicloud_ad.models import (
    FORWARD,
    INSTALLATION,
    OBJECTS,
    REVERSE,
    ZONES,
    Computer,
    Container,
    DirectoryObject,
    Domain,
    Group,
    Installation,
    OrganizationalUnit,
    User,
    Zone,
    fold,
)
from mockserver.apis.kopicloud_ad.service import addresses, memberships, policy, records, zones
from mockserver.kernel.work import Work

#: Name and description; ``Users`` and ``Computers`` are where new accounts go.
CONTAINERS = (
    ("Users", "Default container for upgraded user accounts", True),
    ("Computers", "Default container for upgraded computer accounts", True),
    ("Builtin", None, True),
    ("System", "Builtin system settings", True),
    ("ForeignSecurityPrincipals", "Default container for security identifiers of other domains", True),
    ("Managed Service Accounts", "Default container for managed service accounts", False),
    ("Program Data", "Default location for application data", False),
)

#: Name, relative identifier, scope, whether it is critical.
GROUPS = (
    ("Domain Admins", 512, "Global", True),
    ("Domain Users", 513, "Global", True),
    ("Domain Guests", 514, "Global", True),
    ("Domain Computers", 515, "Global", True),
    ("Domain Controllers", 516, "Global", True),
    ("Schema Admins", 518, "Universal", True),
    ("Enterprise Admins", 519, "Universal", True),
    ("DnsAdmins", None, "Domain_Local", False),
    ("DnsUpdateProxy", None, "Global", False),
)

#: Name and last part of the SID ``S-1-5-32-…``.
BUILTINS = (
    ("Administrators", 544),
    ("Users", 545),
    ("Guests", 546),
    ("Account Operators", 548),
    ("Server Operators", 549),
    ("Print Operators", 550),
    ("Backup Operators", 551),
    ("Replicator", 552),
    ("Pre-Windows 2000 Compatible Access", 554),
    ("Remote Desktop Users", 555),
    ("Network Configuration Operators", 556),
    ("Incoming Forest Trust Builders", 557),
    ("Performance Monitor Users", 558),
    ("Performance Log Users", 559),
    ("Windows Authorization Access Group", 560),
    ("Terminal Server License Servers", 561),
    ("Distributed COM Users", 562),
    ("IIS_IUSRS", 568),
    ("Cryptographic Operators", 569),
    ("Event Log Readers", 573),
    ("Certificate Service DCOM Access", 574),
    ("RDS Remote Access Servers", 575),
    ("RDS Endpoint Servers", 576),
    ("RDS Management Servers", 577),
    ("Hyper-V Administrators", 578),
    ("Access Control Assistance Operators", 579),
    ("Remote Management Users", 580),
    ("Storage Replica Administrators", 582),
)

#: Name, relative identifier, whether it is enabled, description, groups.
ACCOUNTS = (
    (
        "Administrator",
        500,
        True,
        "Built-in account for administering the computer/domain",
        ("Administrators", "Domain Admins", "Enterprise Admins", "Schema Admins"),
    ),
    ("Guest", 501, False, "Built-in account for guest access to the computer/domain", ("Guests",)),
    ("krbtgt", 502, False, "Key Distribution Center Service Account", ()),
)

#: Child and parent.
NESTING = (
    ("Domain Admins", "Administrators"),
    ("Enterprise Admins", "Administrators"),
    ("Domain Users", "Users"),
    ("Domain Guests", "Guests"),
)

#: Name, direction, and the directory partition it is kept in (N12).
SYSTEM_ZONES = (
    ("0.in-addr.arpa", REVERSE, None),
    ("127.in-addr.arpa", REVERSE, None),
    ("255.in-addr.arpa", REVERSE, None),
    ("TrustAnchors", FORWARD, "ForestDnsZones"),
    ("RootDNSServers", FORWARD, "DomainDnsZones"),
    ("Cache", FORWARD, None),
)

CONTROLLER, CONTROLLER_SYSTEM = "DC01", "Windows Server 2022 Datacenter"


def promote(work: Work, *, token_key: str, password: str) -> None:
    """Make the domain: its root, containers, OU, accounts, groups, domain controller and zones."""
    domain = str(work.settings["ADDomainName"])
    places = _places(work, domain)
    sid = _domain_sid(work)
    groups = _groups(work, places, sid)
    work.store.insert(
        INSTALLATION,
        Installation(
            root=places[""].id,
            users=places["Users"].id,
            computers=places["Computers"].id,
            domain_users=groups["Domain Users"].id,
            domain_computers=groups["Domain Computers"].id,
            domain_sid=sid,
            token_key=token_key,
        ),
    )
    _accounts(work, places["Users"], groups, sid, password)
    controller = _controller(work, places["Domain Controllers"], groups["Domain Controllers"], sid, domain)
    for child, parent in NESTING:
        memberships.add(work, groups[child], groups[parent])
    _zones(work, domain, controller)


def _places(work: Work, domain: str) -> dict[str, DirectoryObject]:
    label = domain.split(".", maxsplit=1)[0]
    root = Domain(id=work.ids.guid(), parent=None, name=label, name_key=fold(label), critical=True, pinned=True)
    places: dict[str, DirectoryObject] = {"": root}
    for name, description, critical in CONTAINERS:
        places[name] = Container(
            id=work.ids.guid(),
            parent=root.id,
            name=name,
            name_key=fold(name),
            description=description,
            critical=critical,
            pinned=critical,
        )
    name = "Domain Controllers"
    places[name] = OrganizationalUnit(
        id=work.ids.guid(),
        parent=root.id,
        name=name,
        name_key=fold(name),
        description="Default container for domain controllers",
        critical=True,
        pinned=True,
    )
    for place in places.values():
        work.store.insert(OBJECTS, replace(place, created=work.clock.timestamp()))
    return places


def _domain_sid(work: Work) -> str:
    drawn = work.ids.token()
    return "S-1-5-21-" + "-".join(str(int(drawn[start : start + 8], 16)) for start in (0, 8, 16))


def _groups(work: Work, places: dict[str, DirectoryObject], sid: str) -> dict[str, Group]:
    made: dict[str, Group] = {}
    for name, rid, scope, critical in GROUPS:
        number = rid or 999 + work.ids.number("kopicloud-ad.rid")
        made[name] = _group(work, name, f"{sid}-{number}", scope, places["Users"])
        made[name] = replace(made[name], critical=critical)
    for name, number in BUILTINS:
        group = _group(work, name, f"S-1-5-32-{number}", "Domain_Local", places["Builtin"])
        made[name] = replace(group, critical=True, pinned=True)
    for group in made.values():
        work.store.insert(OBJECTS, group)
    return made


def _group(work: Work, name: str, sid: str, scope: str, place: DirectoryObject) -> Group:
    return Group(
        id=work.ids.guid(),
        parent=place.id,
        name=name,
        name_key=fold(name),
        account=name,
        account_key=fold(name),
        sid=sid,
        scope=scope,
        created=work.clock.timestamp(),
    )


def _accounts(work: Work, place: DirectoryObject, groups: dict[str, Group], sid: str, password: str) -> None:
    for name, rid, enabled, description, member_of in ACCOUNTS:
        user = User(
            id=work.ids.guid(),
            parent=place.id,
            name=name,
            name_key=fold(name),
            account=name,
            account_key=fold(name),
            sid=f"{sid}-{rid}",
            primary_group=groups["Domain Guests" if name == "Guest" else "Domain Users"].id,
            critical=True,
            created=work.clock.timestamp(),
            attributes={"description": description},
            password=policy.hashed(work, password) if enabled else None,
            password_needed=name != "Guest",
            reserved=name == "krbtgt",
            enabled=enabled,
            never_expires=name != "krbtgt",
        )
        work.store.insert(OBJECTS, user)
        for group in member_of:
            memberships.add(work, user, groups[group])


def _controller(work: Work, place: DirectoryObject, group: Group, sid: str, domain: str) -> Computer:
    controller = Computer(
        id=work.ids.guid(),
        parent=place.id,
        name=CONTROLLER,
        name_key=fold(CONTROLLER),
        account=f"{CONTROLLER}$",
        account_key=fold(f"{CONTROLLER}$"),
        sid=f"{sid}-{999 + work.ids.number('kopicloud-ad.rid')}",
        primary_group=group.id,
        critical=True,
        created=work.clock.timestamp(),
        operating_system=CONTROLLER_SYSTEM,
        dns_name=f"{CONTROLLER}.{domain}",
    )
    work.store.insert(OBJECTS, controller)
    return controller


def _zones(work: Work, domain: str, controller: Computer) -> None:
    for name, direction, partition in SYSTEM_ZONES:
        zone = Zone(
            id=work.ids.guid(),
            name=name,
            name_key=addresses.key(name),
            direction=direction,
            system=True,
            partition=partition,
        )
        work.store.insert(ZONES, zone)
    home = zones.create_forward(work, domain)
    forest = replace(zones.create_forward(work, f"_msdcs.{domain}"), partition="ForestDnsZones")
    work.store.replace(ZONES, forest)
    address, host = str(work.settings["DNSServer1"]), CONTROLLER.lower()
    for owner in ("@", host, "DomainDnsZones", "ForestDnsZones"):
        records.create_in(work, records.A, home, owner=owner, data=address)
    records.create_in(work, records.A, forest, owner="gc", data=address)
    records.create_in(work, records.CNAME, forest, owner=controller.id, data=f"{host}.{domain}")
