"""Users: their names, managers, states, moves, renames and end (decisions U1, U2, U7, U8, U14, U16 to U19)."""

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
    join,
    named,
    new_group,
    new_ou,
    new_user,
    refused,
    user,
)
from tests.kopicloud.logins import login
from tests.support.client import TwinClient


def groups_of(twin: TwinClient, name: str) -> list[str]:
    """The names of a user's groups."""
    return named(done(twin.get(user(name, "/Group/All"))))


def test_U1_both_logon_names_are_the_same(twin: TwinClient) -> None:
    for one in done(twin.get("/api/ADUser/ListUsers/All", ShowFields="Username,SamUsername")):
        assert one["username"] == one["samUsername"]
    new_user(twin, "u1")
    renamed = done(twin.put(user("u1", "/Rename/U1b"), ShowFields="All"))
    assert (renamed["username"], renamed["samUsername"]) == ("U1b", "U1b")
    assert details(twin, "u1B")["guid"] == renamed["guid"]


def test_U2_the_common_name_of_a_user_is_its_logon_name(twin: TwinClient) -> None:
    new_user(twin, "u2.boss", OUPath=STAFF, DisplayName="The Boss", FirstName="The", LastName="Boss")
    assert new_user(twin, "u2", Manager=f"CN=u2.boss,{STAFF}")["manager"] == "u2.boss"
    refused(twin.put(user("u2"), Manager=f"CN=The Boss,{STAFF}"), 404)
    twin.put(user("u2.boss", "/Rename/u2.chief"))
    twin.put(user("u2"), Manager=f"cn=U2.Chief, {STAFF}")
    assert details(twin, "u2")["manager"] == "u2.chief"


@pytest.mark.parametrize("target", [SALES, USERS, ROOT, f"CN=System,{ROOT}", SALES.lower(), f"LDAP://{SALES}"])
def test_U7_another_path_moves_the_user(twin: TwinClient, target: str) -> None:
    before = details(twin, "ann.lee")
    moved = done(twin.put(user("ann.lee"), OUPath=target, ShowFields="All"))
    assert moved["ouPath"].lower() == target.removeprefix("LDAP://").lower()
    assert {**moved, "ouPath": STAFF} == before
    assert details(twin, "dirk.jansen")["manager"] == "ann.lee"


def test_U7_a_move_by_guid_into_an_empty_ou_and_back(twin: TwinClient) -> None:
    guid, empty = details(twin, "ann.lee")["guid"], new_ou(twin, "Empty")
    for target in (empty, STAFF, STAFF):
        assert done(twin.put("/api/ADUserGuid", UserGuid=guid, OUPath=target, ShowFields="All"))["ouPath"] == target
    assert done(twin.get("/api/ADUser/ListUsers", OUPath=empty)) == []
    assert done(twin.delete("/api/OU/Path/Remove", OUPath=empty))["name"] == "Empty"


@pytest.mark.parametrize("target", [f"CN=ben.okafor,{STAFF}", f"CN=FILES01,{SERVERS}"])
def test_U7_only_containers_hold_users(twin: TwinClient, target: str) -> None:
    refused(twin.put(user("ann.lee"), OUPath=target, Description="moved"), 400)
    refused(twin.post(user("u7"), OUPath=target), 400)
    assert (details(twin, "ann.lee")["ouPath"], details(twin, "ann.lee")["description"]) == (STAFF, None)


def test_U7_a_user_follows_its_ou(twin: TwinClient) -> None:
    twin.put("/api/OU/Rename", OUPath=SALES, OUNewName="Selling")
    assert details(twin, "dirk.jansen")["ouPath"] == f"OU=Selling,{STAFF}"
    assert details(twin, "emma.fischer")["manager"] == "dirk.jansen"


@pytest.mark.parametrize("manager", ["ann.lee", "ANN.LEE", f"CN=ann.lee,{STAFF}", f"cn=ANN.lee, {STAFF.lower()}"])
def test_U8_a_manager_is_named_by_logon_name_or_dn_and_shown_by_logon_name(twin: TwinClient, manager: str) -> None:
    assert new_user(twin, "u8", Manager=manager)["manager"] == "ann.lee"
    twin.put(user("u8"), Manager="")
    assert details(twin, "u8")["manager"] is None
    twin.put(user("u8"), Manager=manager)
    assert details(twin, "u8")["manager"] == "ann.lee"


def test_U8_the_link_follows_rename_and_move_of_the_manager(twin: TwinClient) -> None:
    twin.put(user("dirk.jansen", "/Rename/dirk.j"))
    twin.put(user("dirk.j"), OUPath=ROOT)
    assert details(twin, "emma.fischer")["manager"] == "dirk.j"


def test_U8_the_link_vanishes_with_the_manager_and_does_not_come_back(twin: TwinClient) -> None:
    twin.delete(user("dirk.jansen"))
    assert details(twin, "emma.fischer")["manager"] is None
    objects = twin.control("GET", "state")["kopicloud-ad.object"]
    assert {one["manager"] for one in objects} <= {one["id"] for one in objects} | {None}
    new_user(twin, "dirk.jansen", OUPath=SALES)
    assert details(twin, "emma.fischer")["manager"] is None


def test_U8_users_may_manage_themselves_and_each_other(twin: TwinClient) -> None:
    twin.put(user("ann.lee"), Manager="ann.lee")
    twin.put(user("ben.okafor"), Manager="cora.diaz")
    assert details(twin, "ann.lee")["manager"] == "ann.lee"
    assert (details(twin, "ben.okafor")["manager"], details(twin, "cora.diaz")["manager"]) == (
        "cora.diaz",
        "ben.okafor",
    )
    assert done(twin.delete(user("ann.lee"), ShowFields="All"))["manager"] == "ann.lee"
    assert details(twin, "dirk.jansen")["manager"] is None


def test_U8_nobody_can_manage_before_being_created(twin: TwinClient) -> None:
    refused(twin.post(user("u8"), Manager="u8"), 404)
    assert done(twin.get(user("u8", "/Exists"))) is False


@pytest.mark.parametrize("name", ["ann.lee", "left.leo", "locked.lou", "new.nina"])
@pytest.mark.parametrize("act", ["Enable", "Disable", "Unlock"])
def test_U14_states_may_be_set_again(twin: TwinClient, name: str, act: str) -> None:
    first = done(twin.put(user(name, f"/{act}"), ShowFields="All"))
    status = login(twin, name)
    state = twin.control("GET", "state")["kopicloud-ad.object"]
    again = twin.put(user(name, f"/{act}"), ShowFields="All")
    assert done(again) == first
    assert twin.control("GET", "state")["kopicloud-ad.object"] == state
    assert login(twin, name) == status


def test_U14_disable_and_enable_take_effect(twin: TwinClient) -> None:
    done(twin.put(user("ann.lee", "/Disable")))
    assert login(twin, "ann.lee") == 401
    done(twin.put(user("ann.lee", "/Enable")))
    assert login(twin, "ann.lee") == 200
    assert login(twin, "locked.lou") == 401
    done(twin.put(user("locked.lou", "/Unlock")))
    assert login(twin, "locked.lou") == 200


def test_U16_rename_keeps_everything_but_the_name(twin: TwinClient) -> None:
    before, groups = details(twin, "dirk.jansen"), groups_of(twin, "dirk.jansen")
    renamed = done(twin.put(user("dirk.jansen", "/Rename/dirk.renamed"), ShowFields="All"))
    assert renamed == {**before, "username": "dirk.renamed", "samUsername": "dirk.renamed"}
    assert groups_of(twin, "dirk.renamed") == groups
    assert login(twin, "dirk.renamed") == 200
    refused(twin.get(user("dirk.jansen", "/Details")), 404, "dirk.jansen")
    assert login(twin, "dirk.jansen") == 401


@pytest.mark.parametrize("name", ["ANN.LEE", "Ann.Lee", "ann.lee", "ánn.lee"])
def test_U16_the_same_name_in_another_case_is_allowed(twin: TwinClient, name: str) -> None:
    assert done(twin.put(user("ann.lee", at("/Rename/{}", name))))["username"] == name
    assert details(twin, "ann.lee")["username"] == name


@pytest.mark.parametrize("name", ["ben.okafor", "BEN.okafor", "Finance", "FILES01$"])
def test_U16_a_taken_name_is_refused(twin: TwinClient, name: str) -> None:
    refused(twin.put(user("ann.lee", at("/Rename/{}", name))), 400, "exists already")
    assert details(twin, "ann.lee")["username"] == "ann.lee"


def test_U16_rename_of_somebody_absent_is_not_found(twin: TwinClient) -> None:
    refused(twin.put(user("nobody", "/Rename/somebody")), 404, "nobody")


def test_U16_the_key_distribution_account_keeps_its_name_and_stays_disabled(twin: TwinClient) -> None:
    refused(twin.put(user("krbtgt", "/Rename/krb")), 400, "cannot be renamed")
    done(twin.put(user("krbtgt", "/ResetPassword"), newPassword="Winter-2026"))
    refused(twin.put(user("krbtgt", "/Enable")), 400, "cannot be enabled")
    assert login(twin, "krbtgt", "Winter-2026") == 401
    assert done(twin.put(user("krbtgt"), OUPath=STAFF, ShowFields="All"))["ouPath"] == STAFF
    assert done(twin.put(user("Administrator", "/Rename/root")))["username"] == "root"


def test_U17_last_logon_is_null_until_a_successful_login(twin: TwinClient) -> None:
    assert done(twin.get(user("ben.okafor", "/LastLogon"))) is None
    assert login(twin, "ben.okafor", "wrong") == 401
    assert done(twin.get(user("ben.okafor", "/LastLogon"))) is None
    twin.freeze("2027-03-01T09:30:15.250Z")
    assert login(twin, "BEN.okafor") == 200
    assert done(twin.get(user("ben.okafor", "/LastLogon"))) == "2027-03-01T09:30:15.250Z"
    twin.advance(3600.5)
    assert login(twin, "ben.okafor", "wrong") == 401
    assert done(twin.get(user("ben.okafor", "/LastLogon"))) == "2027-03-01T09:30:15.250Z"
    assert login(twin, "ben.okafor") == 200
    assert done(twin.get(user("ben.okafor", "/LastLogon"))) == "2027-03-01T10:30:15.750Z"


def test_U17_last_logon_of_the_seed_and_of_nobody(twin: TwinClient) -> None:
    assert done(twin.get(user("ann.lee", "/LastLogon"))) == "2026-11-20T08:12:44.310Z"
    refused(twin.get(user("nobody", "/LastLogon")), 404, "nobody")


@pytest.mark.parametrize("by", ["name", "guid"])
def test_U18_delete_returns_the_former_user_and_takes_its_links_along(twin: TwinClient, by: str) -> None:
    before = details(twin, "dirk.jansen")
    place = user("Dirk.Jansen") if by == "name" else "/api/ADUserGuid"
    given: dict[str, Any] = {} if by == "name" else {"UserGuid": before["guid"]}
    assert done(twin.delete(place, ShowFields="All", **given)) == before
    refused(twin.get(user("dirk.jansen", "/Details")), 404)
    refused(twin.get("/api/ADUserGuid", UserGuid=before["guid"]), 404)
    refused(twin.delete(place, **given), 404)
    links = twin.control("GET", "state")["kopicloud-ad.membership"]
    assert before["guid"] not in {link["member"] for link in links}
    assert new_user(twin, "dirk.jansen", OUPath=SALES)["guid"] != before["guid"]
    assert groups_of(twin, "dirk.jansen") == ["Domain Users"]


def test_U19_new_users_are_in_domain_users(twin: TwinClient) -> None:
    new_user(twin, "u19")
    assert groups_of(twin, "u19") == ["Domain Users"]
    assert done(twin.get(user("u19", "/Group/Domain%20Users")))["name"] == "Domain Users"
    assert done(twin.get(user("u19", "/Group/domain%20users/Exists"))) is True


def test_U19_the_primary_group_is_neither_added_nor_removed(twin: TwinClient) -> None:
    refused(twin.delete(user("ann.lee", "/Group/Domain%20Users")), 400, "primary group")
    refused(join(twin, "ann.lee", "Domain Users"), 400, "already")
    assert "Domain Users" in groups_of(twin, "ann.lee")


def test_U19_the_primary_group_stands_among_the_others_by_name(twin: TwinClient) -> None:
    for name in ("Zebra", "aardvark"):
        new_group(twin, name)
        join(twin, "ann.lee", name)
    assert groups_of(twin, "ann.lee") == ["aardvark", "All Staff", "Domain Users", "News", "Zebra"]


def test_guest_may_be_enabled_without_a_password(twin: TwinClient) -> None:
    assert details(twin, "Guest")["passwordNeverExpired"] is True
    assert done(twin.put(user("Guest", "/Enable")))["username"] == "Guest"
    assert groups_of(twin, "Guest") == ["Domain Guests", "Guests"]


@pytest.mark.parametrize("name", ["Finance", "FILES01$", "FILES01", "nobody", "Domain Users"])
def test_only_users_are_users(twin: TwinClient, name: str) -> None:
    for method, rest in (("GET", "/Details"), ("PUT", ""), ("DELETE", ""), ("PUT", "/Enable"), ("GET", "/Group/All")):
        refused(twin.call(method, user(name, rest)), 404)
    assert done(twin.get(user(name, "/Exists"))) is False


def test_a_guid_of_something_else_is_no_user(twin: TwinClient) -> None:
    guid = done(twin.get("/api/ADGroups/Finance"))["guid"]
    for method in ("GET", "PUT", "DELETE"):
        refused(twin.call(method, "/api/ADUserGuid", UserGuid=guid), 404, guid)
        refused(twin.call(method, "/api/ADUserGuid"), 400, "UserGuid")
