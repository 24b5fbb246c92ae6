"""Computers: decisions C1 to C3, and what registering, describing and removing one does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.kopicloud.calls import ROOT, SERVERS, USERS, at, done, named, new_computer, new_ou, refused
from tests.support.client import TwinClient

COMPUTERS = f"CN=Computers,{ROOT}"

#: What is registered for patterns, beside the computers of the baseline world.
REGISTERED = ("AB", "AB-1", "AB-2", "AXB", "XAB")


def exists(twin: TwinClient, name: str) -> bool:
    """Whether there is a computer of that name."""
    answer: bool = done(twin.get(at("/api/Computers/{}/Exists", name)))
    return answer


def everybody(twin: TwinClient) -> list[str]:
    """Names of all computers."""
    return named(done(twin.get("/api/Computers/All")), "computerName")


def test_C1_fields_of_a_registered_machine(twin: TwinClient) -> None:
    made = new_computer(twin, "NEW01")
    assert re.fullmatch(r"S-1-5-21-\d+-\d+-\d+-[1-9]\d{3,}", made.pop("sid"))
    made.pop("created")
    assert made == {
        "computerName": "NEW01",
        "operatingSystem": "unknown",
        "description": "",
        "dnsName": "",
        "path": f"CN=NEW01,{COMPUTERS}",
    }


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-02T03:04:05Z", "1/2/2026 3:04:05 AM"),
        ("2026-11-24T00:00:00Z", "11/24/2026 12:00:00 AM"),
        ("2026-11-24T12:30:09Z", "11/24/2026 12:30:09 PM"),
        ("2026-12-31T23:59:59Z", "12/31/2026 11:59:59 PM"),
    ],
)
def test_C1_created_is_in_the_format_of_the_united_states(twin: TwinClient, moment: str, shown: str) -> None:
    twin.freeze(moment)
    assert new_computer(twin, "NEW01")["created"] == shown
    twin.advance(3600)
    assert done(twin.get("/api/Computers/new01"))["created"] == shown


def test_C1_a_description_and_a_place_can_be_given(twin: TwinClient) -> None:
    made = new_computer(twin, "NEW01", ADComputerDescription="Till, front", OUPath=SERVERS)
    assert (made["description"], made["path"]) == ("Till, front", f"CN=NEW01,{SERVERS}")


def test_C2_renaming_a_joined_machine_renames_it_in_dns_too(twin: TwinClient) -> None:
    before = done(twin.get("/api/Computers/FILES01"))
    renamed = done(twin.put("/api/Computers/files01/Rename/STORE01"))
    assert renamed["dnsName"].lower() == "store01.kopicloud.local"
    changed = {"computerName": "STORE01", "path": f"CN=STORE01,{SERVERS}", "dnsName": renamed["dnsName"]}
    assert renamed == {**before, **changed}
    assert done(twin.get("/api/Computers/STORE01")) == renamed
    refused(twin.get("/api/Computers/FILES01"), 404)


def test_C2_a_machine_without_dns_name_gets_none_by_renaming(twin: TwinClient) -> None:
    before = done(twin.get("/api/Computers/LAPTOP-NEW"))
    renamed = done(twin.put("/api/Computers/LAPTOP-NEW/Rename/LAPTOP-07"))
    assert renamed == {**before, "computerName": "LAPTOP-07", "path": f"CN=LAPTOP-07,{COMPUTERS}"}
    assert renamed["dnsName"] == ""


def test_C2_renaming_to_another_case(twin: TwinClient) -> None:
    assert done(twin.put("/api/Computers/SQL01/Rename/Sql01"))["computerName"] == "Sql01"
    assert "Sql01" in everybody(twin)


@pytest.mark.parametrize("taken", ["WEB01", "web01", "WEB01$", "DC01"])
def test_C2_renaming_to_a_taken_name_is_refused(twin: TwinClient, taken: str) -> None:
    refused(twin.put(at("/api/Computers/SQL01/Rename/{}", taken)), 400)
    assert exists(twin, "SQL01")


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("AB*", ["AB", "AB-1", "AB-2"]),
        ("ab*", ["AB", "AB-1", "AB-2"]),
        ("*B", ["AB", "AXB", "XAB"]),
        ("A*B", ["AB", "AXB"]),
        ("*a*b*", ["AB", "AB-1", "AB-2", "AXB", "XAB"]),
        ("a*-*", ["AB-1", "AB-2"]),
        ("AB**", ["AB", "AB-1", "AB-2"]),
        ("ab", ["AB"]),
        ("AB-1$", ["AB-1"]),
        ("*", list(REGISTERED)),
        ("C*", []),
    ],
)
def test_C3_a_star_is_any_run_and_case_does_not_count(twin: TwinClient, pattern: str, matched: list[str]) -> None:
    place = new_ou(twin, "Patterns")
    for name in REGISTERED:
        new_computer(twin, name, OUPath=place)
    gone = done(twin.delete("/api/Computers/Remove", WildCard=pattern, OUPath=place))
    assert named(gone, "computerName") == matched
    left = done(twin.get("/api/Computers", OUPath=place))
    assert named(left, "computerName") == [name for name in REGISTERED if name not in matched]


@pytest.mark.parametrize(
    "pattern",
    [
        *("A?B", "A.B", "A_B", "A%", "%", "_%", ".*", "AB.+", "^AB", "[A-Z]*", "AB\\", "AB*\n", " ", '"*"'),
        *(
            "(AB|XAB)",
            "AB)(cn=*",
            "(objectClass=*)",
            "\\2a",
            "A\\2aB",
            "\\*",
            "*)(&",
            "AB,*",
            "AB=*",
            "ab*é",
            "＊",
            "％",
        ),
    ],
)
def test_C3_characters_of_other_pattern_languages_are_data(twin: TwinClient, pattern: str) -> None:
    """Nothing but the star has a meaning: no name holds any of these, so nothing is removed."""
    for name in REGISTERED:
        new_computer(twin, name)
    before = everybody(twin)
    assert done(twin.delete("/api/Computers/Remove", WildCard=pattern)) == []
    assert everybody(twin) == before


@pytest.mark.parametrize("given", [{}, {"WildCard": ""}, {"OUPath": "", "WildCard": ""}, {"Recursive": "true"}])
def test_C3_without_pattern_and_place_nothing_is_removed(twin: TwinClient, given: dict[str, Any]) -> None:
    before = everybody(twin)
    refused(twin.delete("/api/Computers/Remove", **given), 400, "WildCard", "OUPath")
    assert everybody(twin) == before


@pytest.mark.parametrize(
    ("given", "matched"),
    [
        ({}, ["IN-LOWER", "IN-UPPER"]),
        ({"Recursive": True}, ["IN-LOWER", "IN-UPPER"]),
        ({"Recursive": False}, ["IN-UPPER"]),
        ({"WildCard": "*low*"}, ["IN-LOWER"]),
        ({"WildCard": "*low*", "Recursive": False}, []),
    ],
)
def test_C3_place_and_depth(twin: TwinClient, given: dict[str, Any], matched: list[str]) -> None:
    upper = new_ou(twin, "Upper")
    new_computer(twin, "IN-UPPER", OUPath=upper)
    new_computer(twin, "IN-LOWER", OUPath=new_ou(twin, "Lower", upper))
    before = everybody(twin)
    gone = done(twin.delete("/api/Computers/Remove", OUPath=f"LDAP://{upper}", **given))
    assert named(gone, "computerName") == matched
    assert everybody(twin) == [name for name in before if name not in matched]


def test_C3_a_pattern_alone_reaches_the_whole_domain(twin: TwinClient) -> None:
    gone = done(twin.delete("/api/Computers/Remove", WildCard="*01"))
    servers, workstations = ["API01", "FILES01", "SQL01", "WEB01"], ["WS-AMS-01", "WS-HAM-01", "WS-OSL-01", "WS-SIN-01"]
    assert named(gone, "computerName") == [*servers, *workstations]


@pytest.mark.parametrize(
    "given",
    [
        {"WildCard": "*"},
        {"OUPath": ROOT},
        {"WildCard": "DC01"},
        {"OUPath": f"OU=Domain Controllers,{ROOT}"},
    ],
)
def test_C3_domain_controllers_are_skipped(twin: TwinClient, given: dict[str, Any]) -> None:
    assert "DC01" not in named(done(twin.delete("/api/Computers/Remove", **given)), "computerName")
    assert exists(twin, "DC01")


@pytest.mark.parametrize(("path", "status"), [(f"OU=Nowhere,{ROOT}", 404), ("nonsense", 400)])
def test_C3_a_place_that_is_not_there(twin: TwinClient, path: str, status: int) -> None:
    refused(twin.delete("/api/Computers/Remove", WildCard="*", OUPath=path), status)
    assert exists(twin, "SQL01")


def test_C3_shows_what_is_removed_as_it_was(twin: TwinClient) -> None:
    before = done(twin.get("/api/Computers", OUPath=SERVERS))
    assert done(twin.delete("/api/Computers/Remove", OUPath=SERVERS)) == before


@pytest.mark.parametrize("name", ["NEW01", "NEW01$", "new01"])
def test_a_dollar_sign_may_follow_any_name(twin: TwinClient, name: str) -> None:
    """The account of a computer is its name and a dollar sign."""
    made = new_computer(twin, "NEW01$")
    assert made["computerName"] == "NEW01"
    assert made["path"] == f"CN=NEW01,{COMPUTERS}"
    assert done(twin.get(at("/api/Computers/{}", name))) == made
    assert exists(twin, name)
    refused(twin.post(at("/api/Computers/{}/Register", name)), 400)
    assert done(twin.delete(at("/api/Computers/{}/Remove", name))) == made
    refused(twin.delete(at("/api/Computers/{}/Remove", name)), 404)
    assert exists(twin, "NEW01") is False


def test_a_name_taken_in_the_container_is_refused(twin: TwinClient) -> None:
    """CN=krbtgt is there already, although no computer account is called krbtgt$."""
    refused(twin.post("/api/Computers/krbtgt/Register", OUPath=USERS), 400)
    new_computer(twin, "krbtgt")


def test_a_sid_is_never_given_twice(twin: TwinClient) -> None:
    first = new_computer(twin, "NEW01")
    done(twin.delete("/api/Computers/NEW01/Remove"))
    assert new_computer(twin, "NEW01")["sid"] != first["sid"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [({"ComputerDescription": "Moved"}, "Moved"), ({"ComputerDescription": ""}, ""), ({}, "File server")],
)
def test_describing(twin: TwinClient, given: dict[str, Any], shown: str) -> None:
    """An absent text leaves the old one, an empty one clears it (U6)."""
    before = done(twin.get("/api/Computers/FILES01"))
    assert done(twin.put("/api/Computers/FILES01/Update", **given)) == {**before, "description": shown}
    assert done(twin.get("/api/Computers/FILES01")) == {**before, "description": shown}


def test_a_domain_controller_cannot_be_removed(twin: TwinClient) -> None:
    refused(twin.delete("/api/Computers/DC01/Remove"), 400)
    assert exists(twin, "DC01")


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("PUT", "/api/Computers/ABSENT/Rename/under_score", {}),
        ("PUT", "/api/Computers/ABSENT/Update", {"ComputerDescription": "x" * 1025}),
        ("POST", "/api/Computers/1234/Register", {"OUPath": f"OU=Nowhere,{ROOT}"}),
        (
            "POST",
            "/api/Computers/NEW01/Register",
            {"OUPath": f"OU=Nowhere,{ROOT}", "ADComputerDescription": "x" * 1025},
        ),
    ],
)
def test_wrong_input_is_said_before_absent_objects(
    twin: TwinClient, method: str, path: str, query: dict[str, Any]
) -> None:
    refused(twin.call(method, path, **query), 400)


def test_cleaning_up_is_not_offered(twin: TwinClient) -> None:
    """DELETE /api/Computers/CleanUp left the product before version 1.0."""
    refused(twin.delete("/api/Computers/CleanUp", Days=90), 405)


def test_a_domain_controller_can_be_renamed_but_still_not_removed(twin: TwinClient) -> None:
    renamed = done(twin.put("/api/Computers/DC01/Rename/DC02"))
    assert renamed["path"] == f"CN=DC02,OU=Domain Controllers,{ROOT}"
    refused(twin.delete("/api/Computers/DC02/Remove"), 400)
    assert done(twin.delete("/api/Computers/Remove", WildCard="DC*")) == []
