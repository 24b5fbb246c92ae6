"""Names and identity: what accounts may be called, what must be unique, and what never changes (P9 to P12)."""

from __future__ import annotations

import re

import pytest

from tests.kopicloud.calls import (
    GROUPS,
    ROOT,
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

FORBIDDEN = '"/\\[]:;|=,+*?<>'
CONTROLS = "\x01\t\n\r\x1f\x7f"
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SID = re.compile(r"(S-1-5-21-\d+-\d+-\d+)-(\d+)")


@pytest.mark.parametrize("one", FORBIDDEN + CONTROLS, ids=repr)
def test_P9_account_names_refuse_what_ad_refuses(twin: TwinClient, one: str) -> None:
    for name in (f"a{one}b", one, f"{one}ab", f"ab{one}"):
        refused(twin.post(user(name)), 400, "not allowed")
        refused(twin.put(user("ann.lee", at("/Rename/{}", name))), 400)
        refused(twin.post(at("/api/ADGroups/{}/Security", name)), 400)
        refused(twin.post(at("/api/ADGroups/{}/Distribution", name)), 400)
        refused(twin.put(at("/api/ADGroups/Finance/Rename/{}", name)), 400)
    assert done(twin.get(user("ann.lee", "/Exists"))) is True


@pytest.mark.parametrize("name", ["ann.", "a..", ".", "..", " ", "   ", ". .", " . "])
def test_P9_account_names_neither_end_in_a_dot_nor_consist_of_dots_and_blanks(twin: TwinClient, name: str) -> None:
    refused(twin.post(user(name)), 400)
    refused(twin.put(user("ann.lee", at("/Rename/{}", name))), 400)
    refused(twin.post(at("/api/ADGroups/{}/Security", name)), 400)


@pytest.mark.parametrize("one", ["x", "é", "潤"])
def test_P9_user_names_have_at_most_20_characters(twin: TwinClient, one: str) -> None:
    assert new_user(twin, one * 20)["username"] == one * 20
    refused(twin.post(user(one * 21)), 400, "21", "20")
    refused(twin.put(user("ann.lee", at("/Rename/{}", one * 21))), 400, "21", "20")


def test_P9_user_names_are_counted_in_utf_16_units(twin: TwinClient) -> None:
    assert new_user(twin, "\N{GRINNING FACE}" * 10)["username"] == "\N{GRINNING FACE}" * 10
    refused(twin.post(user("\N{GRINNING FACE}" * 10 + "x")), 400, "21", "20")


def test_P9_group_names_have_at_most_64_characters(twin: TwinClient) -> None:
    assert new_group(twin, "g" * 64)["name"] == "g" * 64
    refused(twin.post(at("/api/ADGroups/{}/Distribution", "h" * 65)), 400, "65", "64")
    refused(twin.put(at("/api/ADGroups/Finance/Rename/{}", "h" * 65)), 400, "65", "64")


@pytest.mark.parametrize(
    "name",
    ["a@b", "x@kopicloud.local", "o'brien", "a b", " lead", "trail ", ".lead", "a#b", "#a", "a$", "{}&%()", "-_~!"],
)
def test_P9_everything_else_is_allowed_and_kept(twin: TwinClient, name: str) -> None:
    assert new_user(twin, name)["username"] == name
    assert details(twin, name)["samUsername"] == name
    assert done(twin.delete(user(name)))["username"] == name
    assert new_group(twin, name)["name"] == name
    assert done(twin.get(at("/api/ADGroups/{}", name)))["name"] == name


def test_P9_blanks_at_the_ends_of_a_name_count(twin: TwinClient) -> None:
    new_user(twin, "blank")
    new_user(twin, " blank")
    new_user(twin, "blank ")
    names = named(done(twin.get("/api/ADUser/ListUsers/All")), "username")
    assert [name for name in names if "blank" in name] == [" blank", "blank", "blank "]


@pytest.mark.parametrize(
    "name", ["PC-0123456789ABC", "a" * 16, "pc_1", "pc 1", "pc.1", "12345", "0", "pcé", "$", "pc$$", "pc/1"]
)
def test_P10_computer_names_refuse_what_netbios_and_dns_refuse(twin: TwinClient, name: str) -> None:
    refused(twin.post(at("/api/Computers/{}/Register", name)), 400, "15")
    refused(twin.put(at("/api/Computers/FILES01/Rename/{}", name)), 400, "15")
    assert done(twin.get("/api/Computers/FILES01"))["computerName"] == "FILES01"


@pytest.mark.parametrize("name", ["PC-0123456789AB", "a", "1a", "X-1", "pc$"])
def test_P10_computer_names_may_end_in_the_dollar_of_their_account(twin: TwinClient, name: str) -> None:
    kept = name.removesuffix("$")
    assert new_computer(twin, name)["computerName"] == kept
    for sent in (kept, f"{kept}$"):
        assert done(twin.get(at("/api/Computers/{}", sent)))["computerName"] == kept
        assert done(twin.get(at("/api/Computers/{}/Exists", sent))) is True
    assert done(twin.put(at("/api/Computers/{}/Rename/{}", f"{kept}$", "NEW$")))["computerName"] == "NEW"


@pytest.mark.parametrize("name", ["ann.lee", "ANN.LEE", "Finance", "finance", "News", "Domain Users", "Administrators"])
def test_P11_account_names_are_unique_over_users_and_groups(twin: TwinClient, name: str) -> None:
    refused(twin.post(user(name), OUPath=SERVERS), 400, "exists already")
    refused(twin.post(at("/api/ADGroups/{}/Security", name), OUPath=SERVERS), 400, "exists already")
    refused(twin.post(at("/api/ADGroups/{}/Distribution", name), OUPath=SERVERS), 400, "exists already")
    refused(twin.put(user("ben.okafor", at("/Rename/{}", name))), 400, "exists already")
    refused(twin.put(at("/api/ADGroups/Price%20List/Rename/{}", name)), 400, "exists already")


def test_P11_a_computer_takes_its_account_name_with_the_dollar(twin: TwinClient) -> None:
    refused(twin.post(user("files01$")), 400, "FILES01$")
    refused(twin.post(at("/api/ADGroups/{}/Security", "FILES01$")), 400, "FILES01$")
    assert new_user(twin, "FILES01")["username"] == "FILES01"
    new_user(twin, "PC-9$", OUPath=STAFF)
    refused(twin.post("/api/Computers/PC-9/Register"), 400, "PC-9$")
    refused(twin.put("/api/Computers/FILES01/Rename/pc-9"), 400, "PC-9$")


def test_P11_rdns_are_unique_in_a_container_whatever_they_name(twin: TwinClient) -> None:
    refused(twin.post("/api/OU", OUName="users", OUDestinationPath=ROOT), 400, "Users")
    refused(twin.post(user("kopi"), OUPath=ROOT), 400, "Kopi")
    refused(twin.post("/api/ADGroups/Builtin/Security", OUPath=ROOT), 400, "Builtin")
    refused(twin.post(user("Files01"), OUPath=SERVERS), 400, "FILES01")
    refused(twin.post("/api/ADGroups/SALES1/Security", OUPath=new_ou(twin, "x") + "x"), 404)
    refused(twin.post("/api/Computers/Sales/Register", OUPath=GROUPS), 400, "Sales")
    refused(twin.put("/api/OU/Rename", OUPath=f"OU=Servers,OU=Kopi,{ROOT}", OUNewName="STAFF"), 400, "Staff")


def test_P11_an_rdn_taken_elsewhere_is_free_here(twin: TwinClient) -> None:
    assert new_ou(twin, "Users", STAFF) == f"OU=Users,{STAFF}"
    assert new_user(twin, "FILES01", OUPath=STAFF)["ouPath"] == STAFF
    assert new_computer(twin, "Sales", OUPath=SERVERS)["computerName"] == "Sales"


def test_P11_a_clash_on_moving_or_renaming_is_refused_and_changes_nothing(twin: TwinClient) -> None:
    new_user(twin, "FILES01")
    refused(twin.put(user("FILES01"), OUPath=SERVERS, Description="moved"), 400, "FILES01")
    assert (details(twin, "FILES01")["ouPath"], details(twin, "FILES01")["description"]) == (USERS, None)
    new_user(twin, "sql02", OUPath=SERVERS)
    refused(twin.put(user("sql02", "/Rename/Sql01")), 400, "SQL01")
    assert details(twin, "sql02")["username"] == "sql02"


def test_P11_a_name_is_free_again_after_renaming_and_deleting(twin: TwinClient) -> None:
    new_user(twin, "p11")
    twin.put(user("p11", "/Rename/p11b"))
    assert new_group(twin, "p11")["name"] == "p11"
    twin.delete(user("p11b"))
    assert new_user(twin, "P11B")["username"] == "P11B"


def test_P12_guids_are_random_and_stay_over_rename_and_move(twin: TwinClient) -> None:
    made = [new_user(twin, f"p12-{number}") for number in range(5)]
    guids = [one["guid"] for one in made] + [new_group(twin, "p12")["guid"]]
    assert all(GUID.fullmatch(guid) for guid in guids)
    assert len(set(guids)) == len(guids)
    twin.put(user("p12-0", "/Rename/p12-renamed"))
    twin.put(user("p12-renamed"), OUPath=STAFF)
    assert details(twin, "p12-renamed")["guid"] == guids[0]
    assert done(twin.get("/api/ADUserGuid", UserGuid=guids[0]))["username"] == "p12-renamed"
    assert done(twin.put("/api/ADGroups/p12/Rename/p12b"))["guid"] == guids[-1]


def test_P12_sids_rise_from_1000_and_are_never_given_again(twin: TwinClient) -> None:
    numbers, domains = [], set()
    for name in ("P12-A", "P12-B", "P12-A"):
        match = SID.fullmatch(new_computer(twin, name)["sid"])
        assert match
        domains.add(match[1])
        numbers.append(int(match[2]))
        twin.delete(at("/api/Computers/{}/Remove", name))
    assert numbers == sorted(set(numbers))
    assert numbers[0] >= 1000
    assert domains == {SID.fullmatch(done(twin.get("/api/Computers/FILES01"))["sid"])[1]}  # type: ignore[index]


def test_P12_a_sid_stays_over_rename(twin: TwinClient) -> None:
    sid = done(twin.get("/api/Computers/FILES01"))["sid"]
    assert done(twin.put("/api/Computers/FILES01/Rename/FILES02"))["sid"] == sid


def test_P12_users_groups_and_computers_draw_from_one_row_of_sids(twin: TwinClient) -> None:
    new_user(twin, "p12")
    new_group(twin, "p12 group")
    new_computer(twin, "PC-12")
    objects = twin.control("GET", "state")["kopicloud-ad.object"]
    sids = {one["name"]: one["sid"] for one in objects}
    rids = [int(sids[name].rsplit("-", 1)[1]) for name in ("p12", "p12 group", "PC-12")]
    assert rids == [rids[0], rids[0] + 1, rids[0] + 2]
    given = [one["sid"] for one in objects if one["sid"]]
    assert len(set(given)) == len(given)
