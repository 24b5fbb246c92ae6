"""The seeds: a freshly promoted domain (section 18), the small company, and the large one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.app import Options, build
from tests.conftest import credential
from tests.kopicloud.calls import GROUPS, ROOT, USERS, done, named, user
from tests.kopicloud.logins import PASSWORD, basic, login, status_of
from tests.support.client import Client, TwinClient

CONTAINERS = {
    "Users",
    "Computers",
    "Builtin",
    "System",
    "ForeignSecurityPrincipals",
    "Managed Service Accounts",
    "Program Data",
}
SYSTEM_ZONES = {"0.in-addr.arpa", "127.in-addr.arpa", "255.in-addr.arpa", "TrustAnchors", "RootDNSServers", "Cache"}
SCOPES = {
    "Global": ("Domain Admins", "Domain Users", "Domain Guests", "Domain Computers", "Domain Controllers"),
    "Universal": ("Enterprise Admins", "Schema Admins"),
    "Domain_Local": ("DnsAdmins", "Administrators", "Users", "Guests", "Remote Desktop Users", "Backup Operators"),
}


def planted(seed: str) -> Iterator[TwinClient]:
    """A client of a twin planted from a seed."""
    twin = build(["kopicloud-ad"], Options(seed=seed))
    client = Client(twin.app)
    yield TwinClient(
        client=client,
        world="default",
        api="kopicloud-ad",
        header="Auth-Token",
        token=credential(twin, "twin-admin"),
    )
    client.close()


@pytest.fixture(scope="module")
def empty() -> Iterator[TwinClient]:
    """A client of the empty world, which no test changes."""
    yield from planted("empty")


@pytest.fixture(scope="module")
def large() -> Iterator[TwinClient]:
    """A client of the large world, which no test changes."""
    yield from planted("large:5")


def kinds(twin: TwinClient) -> dict[str, Any]:
    """How many objects of each class the directory of a world holds."""
    return Counter(one["object_class"] for one in twin.control("GET", "state")["kopicloud-ad.object"])


def test_an_empty_domain_has_its_containers_and_one_ou(empty: TwinClient) -> None:
    ous = done(empty.get("/api/OU/All"))
    assert [(one["name"], one["path"]) for one in ous] == [("Domain Controllers", f"OU=Domain Controllers,{ROOT}")]
    places = {one["name"]: one["path"] for one in done(empty.get("/api/OU/All", ListContainers=True))}
    assert {name: f"CN={name},{ROOT}" for name in CONTAINERS}.items() <= places.items()
    assert places.keys() == CONTAINERS | {"Domain Controllers"}


def test_an_empty_domain_has_one_controller(empty: TwinClient) -> None:
    (controller,) = done(empty.get("/api/Computers/All"))
    assert controller["path"] == f"CN=DC01,OU=Domain Controllers,{ROOT}"
    assert controller["dnsName"] == "DC01.kopicloud.local"


def test_an_empty_domain_has_the_accounts_of_every_domain(empty: TwinClient) -> None:
    users = named(done(empty.get("/api/ADUser/ListUsers/All")), "username")
    assert users == ["Administrator", "apiadmin", "apisvc", "Guest", "krbtgt"]
    for name in ("Guest", "krbtgt"):
        assert login(empty, name) == 401
    assert login(empty, "apisvc") == 401
    rids = {one["name"]: one["sid"] for one in empty.control("GET", "state")["kopicloud-ad.object"]}
    assert [rids[name].rsplit("-", 1)[1] for name in ("Administrator", "Guest", "krbtgt")] == ["500", "501", "502"]


@pytest.mark.parametrize(("scope", "name"), [(scope, name) for scope, names in SCOPES.items() for name in names])
def test_an_empty_domain_has_the_groups_of_every_domain(empty: TwinClient, scope: str, name: str) -> None:
    found = done(empty.get(f"/api/ADGroups/{name}"))
    assert (found["scope"], found["type"]) == (scope, "Security")
    assert found["ouPath"] in (USERS, f"CN=Builtin,{ROOT}")


def test_an_empty_domain_has_its_zones_and_hides_those_of_the_system(empty: TwinClient) -> None:
    zones = named(done(empty.get("/api/DnsZones/All")), "zoneName")
    assert zones == ["_msdcs.kopicloud.local", "kopicloud.local"]
    every = named(done(empty.get("/api/DnsZones/All", IgnoreSystemZones=False)), "zoneName")
    assert set(every) == {*zones, *SYSTEM_ZONES}


def test_the_root_follows_from_the_name_of_the_domain() -> None:
    twin = build(["kopicloud-ad"], Options(seed="empty", settings={"ADDomainName": "corp.example.com"}))
    client = Client(twin.app)
    answer = client.request("GET", "/api/OU/All", headers={"Auth-Token": credential(twin, "twin-admin")})
    client.close()
    assert answer.result[0]["path"] == "OU=Domain Controllers,DC=corp,DC=example,DC=com"


def test_the_small_company_has_what_it_promises(twin: TwinClient) -> None:
    ous = done(twin.get("/api/OU/All"))
    assert len(ous) == 9
    assert max(one["path"].count("OU=") for one in ous) == 3
    assert len(done(twin.get("/api/ADUser/ListUsers", OUPath=f"OU=Kopi,{ROOT}"))) >= 35
    assert len(done(twin.get("/api/ADUser/ListUsers/All"))) >= 40
    assert len(done(twin.get("/api/ADGroups", OUPath=GROUPS))) == 15
    assert len(done(twin.get("/api/Computers/All"))) == 13
    assert len(done(twin.get("/api/DnsLookupZone/All"))) == 4
    assert len(done(twin.get("/api/DnsReverseLookupZone/All"))) == 2
    for kind in ("A", "AAAA", "CName"):
        assert done(twin.get(f"/api/Dns{kind}Record/All"))


@pytest.mark.parametrize("name", ["apiadmin", "api.ad", "api.dns", "api.security"])
def test_the_credentials_of_the_small_company_are_as_printed(twin: TwinClient, kopicloud: Any, name: str) -> None:
    assert dict(kopicloud.credentials("kopicloud-ad"))[f"basic-{name}"] == basic(name)
    expected = {"apiadmin": (200, 200), "api.ad": (200, 403), "api.dns": (403, 200), "api.security": (403, 403)}
    found = (status_of(twin, basic(name)), twin.get("/api/DnsZones/All", token=basic(name)).status)
    assert found == expected[name]
    assert login(twin, name, PASSWORD) == 200


def test_the_same_seed_makes_the_same_world(kopicloud: Any) -> None:
    again = build(["kopicloud-ad"], Options(seed="baseline"))
    assert again.credentials("kopicloud-ad") == kopicloud.credentials("kopicloud-ad")
    first, second = kopicloud.worlds.dump("default"), again.worlds.dump("default")
    guids = [{one.name: (one.id, one.sid) for one in dump["kopicloud-ad.object"]} for dump in (first, second)]
    assert guids[0] == guids[1]


def test_the_large_company_is_large(large: TwinClient) -> None:
    found = kinds(large)
    assert (found["user"], found["computer"]) == (20_000 + 5, 2_000 + 1)
    assert len(done(large.get("/api/ADGroups", OUPath=ROOT))) == found["group"] > 500
    assert len(large.control("GET", "state")["kopicloud-ad.record"]) > 5_000
    assert len(done(large.get("/api/ADUser/ListUsers/All"))) == 20_005


def test_the_large_company_has_managers_and_nested_groups(large: TwinClient) -> None:
    shown = done(large.get(user("user12345", "/Details"), ShowFields="All"))
    assert shown["manager"].startswith("user000")
    assert shown["ouPath"].count("OU=") == 2
    assert done(large.get("/api/ADGroup/team-004/Group/team-003/Exists")) is True
