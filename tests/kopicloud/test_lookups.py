"""Finding things: order of lists, their base and depth, absent objects, what cannot be deleted, paths (P13 to P19)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import (
    ROOT,
    SALES,
    SERVERS,
    STAFF,
    USERS,
    at,
    details,
    done,
    named,
    new_computer,
    new_group,
    new_ou,
    new_user,
    refused,
    user,
)
from tests.support.client import TwinClient

NOWHERE = f"OU=Nowhere,{ROOT}"

#: Lists and the key they are ordered by.
ORDERED = (
    ("/api/ADUser/ListUsers/All", "username"),
    ("/api/ADUser/ListUsers", "username"),
    ("/api/ADGroups/All", "name"),
    ("/api/ADGroups/Security/All", "name"),
    ("/api/ADUser/dirk.jansen/Group/All", "name"),
    ("/api/OU/All?ListContainers=true", "name"),
    ("/api/Computers/All", "computerName"),
    ("/api/DnsZones/All?IgnoreSystemZones=false", "zoneName"),
    ("/api/DnsARecord/kopicloud.local", "name"),
)

#: Lists below a container, with the key of what they list.
CONTAINED = (
    ("/api/ADUser/ListUsers", "username"),
    ("/api/ADGroups", "name"),
    ("/api/ADGroups/Security/All", "name"),
    ("/api/ADGroups/Distribution/All", "name"),
    ("/api/Computers", "computerName"),
)

#: One of each kind that can be put into any container: what makes it, and its name in lists.
PUT_IN = {
    "username": "/api/ADUser/here",
    "name": "/api/ADGroups/here/{kind}",
    "computerName": "/api/Computers/here/Register",
}

WELL_KNOWN_GROUPS = (
    "Domain Admins",
    "Domain Users",
    "Domain Guests",
    "Domain Computers",
    "Domain Controllers",
    "Schema Admins",
    "Enterprise Admins",
    "Administrators",
    "Users",
    "Guests",
    "Account Operators",
    "Backup Operators",
    "Print Operators",
    "Server Operators",
    "Remote Desktop Users",
)


@pytest.mark.parametrize(("place", "key"), ORDERED)
def test_P13_lists_are_ordered_by_name_without_case(twin: TwinClient, place: str, key: str) -> None:
    for name in ("beta", "Alpha", "ALPHA-2", "alpha-1", "_x", "Zeta"):
        new_user(twin, name)
        new_group(twin, f"{name} group")
        new_ou(twin, name)
        twin.post(user("dirk.jansen", at("/Group/{}", f"{name} group")))
    for name in ("BETA-9", "alpha-9"):
        new_computer(twin, name)
    names = [name.lower() for name in named(done(twin.get(place)), key)]
    assert len(names) > 4
    assert names == sorted(names)


def test_P13_nothing_is_paged(twin: TwinClient) -> None:
    for number in range(120):
        new_user(twin, f"many-{number:03d}", OUPath=SALES)
    assert len(done(twin.get("/api/ADUser/ListUsers", OUPath=SALES))) == 128


@pytest.mark.parametrize(("place", "key"), CONTAINED)
def test_P14_without_a_path_the_domain_root_is_the_base(twin: TwinClient, place: str, key: str) -> None:
    every = named(done(twin.get(place)), key)
    assert every
    assert every == named(done(twin.get(place, OUPath=ROOT)), key)
    assert every == named(done(twin.get(place, Recursive=True)), key)
    assert done(twin.get(place, Recursive=False)) == []
    kind = "Distribution" if "Distribution" in place else "Security"
    done(twin.post(PUT_IN[key].format(kind=kind), OUPath=ROOT))
    bases: list[dict[str, Any]] = [{}, {"OUPath": ROOT}, {"OUPath": ""}]
    for given in bases:
        assert named(done(twin.get(place, Recursive=False, **given)), key) == ["here"]
    assert len(done(twin.get(place))) == len(every) + 1


@pytest.mark.parametrize(("place", "key"), CONTAINED)
def test_P14_recursive_false_leaves_out_what_lies_deeper(twin: TwinClient, place: str, key: str) -> None:
    inner = new_ou(twin, "Inner", STAFF)
    kind = "Distribution" if "Distribution" in place else "Security"
    done(twin.post(PUT_IN[key].format(kind=kind), OUPath=inner))
    assert "here" in named(done(twin.get(place, OUPath=STAFF)), key)
    assert "here" not in named(done(twin.get(place, OUPath=STAFF, Recursive=False)), key)
    assert named(done(twin.get(place, OUPath=inner, Recursive=False)), key) == ["here"]


@pytest.mark.parametrize("place", [place for place, _ in CONTAINED])
def test_P15_an_absent_container_is_not_found_and_an_empty_one_is_empty(twin: TwinClient, place: str) -> None:
    refused(twin.get(place, OUPath=NOWHERE), 404, NOWHERE)
    refused(twin.get(place, OUPath=f"OU=Users,{ROOT}"), 404)
    assert done(twin.get(place, OUPath=new_ou(twin, "Empty"))) == []
    assert done(twin.get(place, OUPath=f"CN=System,{ROOT}")) == []


@pytest.mark.parametrize("place", [place for place, _ in CONTAINED])
def test_an_object_that_holds_nothing_is_no_base_of_a_list(twin: TwinClient, place: str) -> None:
    for path in (f"CN=ann.lee,{STAFF}", f"CN=FILES01,{SERVERS}"):
        refused(twin.get(place, OUPath=path), 400, path)


@pytest.mark.parametrize(
    ("method", "place", "given"),
    [
        ("POST", "/api/ADUser/p16", {"OUPath": NOWHERE}),
        ("PUT", "/api/ADUser/ann.lee", {"OUPath": NOWHERE}),
        ("POST", "/api/ADUser/p16", {"Manager": "nobody"}),
        ("PUT", "/api/ADUser/ann.lee", {"Manager": "nobody"}),
        ("PUT", "/api/ADUser/ann.lee", {"Manager": f"CN=nobody,{STAFF}"}),
        ("POST", "/api/ADGroups/p16/Security", {"OUPath": NOWHERE}),
        ("POST", "/api/ADGroups/p16/Distribution", {"OUPath": NOWHERE}),
        ("POST", "/api/Computers/p16/Register", {"OUPath": NOWHERE}),
        ("POST", "/api/OU", {"OUName": "p16", "OUDestinationPath": NOWHERE}),
        ("PUT", "/api/OU/Move", {"OUPath": SALES, "OUDestinationPath": NOWHERE}),
        ("POST", "/api/ADUser/ann.lee/Group/nothing", {}),
        ("POST", "/api/ADUser/nobody/Group/Sales", {}),
        ("POST", "/api/ADGroup/Sales/Group/nothing", {}),
        ("POST", "/api/ADGroup/nothing/Group/Sales", {}),
        ("POST", "/api/DnsARecord", {"DNS_HostName": "a", "IP_Address": "10.0.0.1", "ZoneName": "nowhere.example"}),
    ],
)
def test_P16_an_absent_object_referred_to_is_not_found(
    twin: TwinClient, method: str, place: str, given: dict[str, Any]
) -> None:
    before = twin.control("GET", "state")["kopicloud-ad.object"]
    refused(twin.call(method, place, **given), 404)
    assert twin.control("GET", "state")["kopicloud-ad.object"] == before


def test_P16_a_manager_is_a_user(twin: TwinClient) -> None:
    for manager in ("Finance", "FILES01$", f"CN=FILES01,{SERVERS}", SALES, ROOT):
        refused(twin.put(user("ann.lee"), Manager=manager), 404, "Manager")


@pytest.mark.parametrize(
    "place",
    [
        "/api/ADUser/nobody/Exists",
        "/api/ADUser/Finance/Exists",
        "/api/ADGroups/nothing/Exists",
        "/api/ADGroups/ann.lee/Exists",
        "/api/Computers/NOTHING/Exists",
        "/api/Computers/ann.lee/Exists",
        "/api/DnsZones/nowhere.example/Exists",
        f"/api/OU/Path/Exists?OUPath=OU%3DNowhere,{ROOT}",
        "/api/ADUser/%20%3F%2A%2F.../Exists",
        "/api/ADUser/" + "x" * 300 + "/Exists",
    ],
)
def test_P17_exists_answers_false_for_what_is_absent(twin: TwinClient, place: str) -> None:
    assert done(twin.get(place)) is False


@pytest.mark.parametrize(
    "place",
    [
        "/api/ADUser/ann.lee/Exists",
        "/api/ADGroups/Finance/Exists",
        "/api/Computers/FILES01/Exists",
        "/api/DnsZones/kopicloud.local/Exists",
        f"/api/OU/Path/Exists?OUPath={SALES}",
        "/api/ADUser/dirk.jansen/Group/Sales/Exists",
        "/api/ADUser/dirk.jansen/Group/Domain%20Users/Exists",
        "/api/ADGroup/All%20Staff/Group/Sales/Exists",
    ],
)
def test_P17_exists_answers_true_for_what_is_there(twin: TwinClient, place: str) -> None:
    assert done(twin.get(place)) is True


def test_P17_a_membership_of_something_absent_is_not_found(twin: TwinClient) -> None:
    assert done(twin.get("/api/ADUser/ann.lee/Group/Sales/Exists")) is False
    assert done(twin.get("/api/ADGroup/Sales/Group/Finance/Exists")) is False
    refused(twin.get("/api/ADUser/nobody/Group/Sales/Exists"), 404, "nobody")
    refused(twin.get("/api/ADUser/ann.lee/Group/nothing/Exists"), 404, "nothing")
    refused(twin.get("/api/ADGroup/Sales/Group/nothing/Exists"), 404, "nothing")
    refused(twin.get("/api/ADGroup/nothing/Group/Sales/Exists"), 404, "nothing")


@pytest.mark.parametrize("name", ["Administrator", "guest", "KRBTGT"])
def test_P18_the_accounts_of_every_domain_cannot_be_deleted(twin: TwinClient, name: str) -> None:
    refused(twin.delete(user(name)), 400, "cannot be deleted")
    refused(twin.delete("/api/ADUserGuid", UserGuid=details(twin, name)["guid"]), 400, "cannot be deleted")
    assert done(twin.get(user(name, "/Exists"))) is True


@pytest.mark.parametrize("name", WELL_KNOWN_GROUPS)
def test_P18_the_groups_of_every_domain_cannot_be_deleted(twin: TwinClient, name: str) -> None:
    refused(twin.delete(at("/api/ADGroups/{}/Remove", name)), 400, name)
    assert done(twin.get(at("/api/ADGroups/{}/Exists", name))) is True


@pytest.mark.parametrize("name", ["DnsAdmins", "DnsUpdateProxy"])
def test_P18_the_groups_of_dns_can_be_deleted(twin: TwinClient, name: str) -> None:
    assert done(twin.delete(at("/api/ADGroups/{}/Remove", name)))["name"] == name
    assert done(twin.get(at("/api/ADGroups/{}/Exists", name))) is False


def test_P18_the_domain_controller_cannot_be_deleted(twin: TwinClient) -> None:
    refused(twin.delete("/api/Computers/DC01/Remove"), 400, "cannot be deleted")
    twin.delete("/api/Computers/Remove", WildCard="*")
    assert named(done(twin.get("/api/Computers/All")), "computerName") == ["DC01"]


@pytest.mark.parametrize(
    "path",
    [
        f"OU=Domain Controllers,{ROOT}",
        USERS,
        *(f"CN={name},{ROOT}" for name in ("Computers", "Builtin", "System", "ForeignSecurityPrincipals")),
        ROOT,
    ],
)
def test_P18_the_containers_of_every_domain_cannot_be_deleted(twin: TwinClient, path: str) -> None:
    for force in (False, True):
        refused(twin.delete("/api/OU/Path/Remove", OUPath=path, Force=force), 400, "cannot be deleted")


@pytest.mark.parametrize("name", ["Program Data", "Managed Service Accounts"])
def test_other_containers_are_no_ous_to_remove(twin: TwinClient, name: str) -> None:
    refused(twin.delete("/api/OU/Path/Remove", OUPath=f"CN={name},{ROOT}", Force=True), 404)


def test_P18_the_controllers_ou_is_neither_renamed_nor_moved(twin: TwinClient) -> None:
    path = f"OU=Domain Controllers,{ROOT}"
    refused(twin.put("/api/OU/Rename", OUPath=path, OUNewName="Other"), 400, "cannot be renamed")
    refused(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=STAFF), 400, "cannot be moved")


@pytest.mark.parametrize(
    ("method", "place", "allowed"),
    [
        ("POST", "/api/ADUser/ListUsers/All", "GET"),
        ("PATCH", "/api/ADUser/ann.lee", "DELETE, POST, PUT"),
        ("GET", "/api/Login", "POST"),
        ("DELETE", "/api/ADUser/ann.lee/Details", "GET"),
        ("OPTIONS", "/api/OU", "POST, PUT"),
        ("PUT", "/api/Computers", "GET"),
        ("PUT", "/api/Computers/Remove", "DELETE, GET"),
    ],
)
def test_P19_a_wrong_method_is_405_in_the_envelope(twin: TwinClient, method: str, place: str, allowed: str) -> None:
    answer = twin.call(method, place)
    refused(answer, 405, method)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "place",
    ["/", "/api", "/api/Nothing", "/api/ADUser", "/api/ADUser/ann.lee/Phone", "/api/ADUser//Details", "/api/ADUser/"],
)
@pytest.mark.parametrize("token", ["", "nonsense"])
def test_P19_an_unknown_path_is_404_in_the_envelope_whoever_asks(twin: TwinClient, place: str, token: str) -> None:
    refused(twin.get(place, token=token), 404)


@pytest.mark.parametrize("place", ["/api/Computers/CleanUp", "/api/ADUser/ann.lee/Organization"])
def test_P19_what_was_dropped_before_version_1_is_not_offered(twin: TwinClient, place: str) -> None:
    assert twin.delete(place).status in (404, 405)
    assert len(done(twin.get("/api/Computers/All"))) == 13
