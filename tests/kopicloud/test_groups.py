"""Groups: decisions G7 and G8, their lists by type, and what renaming and deleting does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import GROUPS, ROOT, at, done, join, named, nest, new_group, new_ou, new_user, refused
from tests.support.client import TwinClient

KINDS = ("Security", "Distribution")


def exists(twin: TwinClient, name: str) -> bool:
    """Whether there is a group of that name."""
    answer: bool = done(twin.get(at("/api/ADGroups/{}/Exists", name)))
    return answer


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_group_in_the_default_place(twin: TwinClient, kind: str) -> None:
    made = new_group(twin, "Roasters", kind)
    assert {key: made[key] for key in made if key != "guid"} == {
        "name": "Roasters",
        "scope": "Global",
        "description": None,
        "email": None,
        "ouPath": f"CN=Users,{ROOT}",
        "type": kind,
    }
    assert done(twin.get("/api/ADGroups/roasters")) == made


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_group_with_everything(twin: TwinClient, kind: str) -> None:
    made = new_group(
        twin, "Røstere & co", kind, GroupScope="Universal", GroupDescription="A, B", GroupEmail="x@y", OUPath=GROUPS
    )
    expected = {"name": "Røstere & co", "scope": "Universal", "description": "A, B", "email": "x@y", "ouPath": GROUPS}
    assert {key: made[key] for key in expected} == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("word", "scope"),
    [
        ("Domain_Local", "Domain_Local"),
        ("domain_local", "Domain_Local"),
        ("GLOBAL", "Global"),
        ("uNiVeRsAl", "Universal"),
        ("", "Global"),
    ],
)
def test_G7_scopes_match_without_case_and_empty_is_global(twin: TwinClient, kind: str, word: str, scope: str) -> None:
    assert new_group(twin, "Scoped", kind, GroupScope=word)["scope"] == scope


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["DomainLocal", "Domain Local", "Local", "Globals", " ", "Global,Universal", "7"])
def test_G7_any_other_scope_is_refused(twin: TwinClient, kind: str, word: str) -> None:
    refused(twin.post(f"/api/ADGroups/Scoped/{kind}", GroupScope=word), 400, "GroupScope", repr(word), "Domain_Local")
    assert exists(twin, "Scoped") is False


def test_G8_a_group_with_members_can_be_deleted(twin: TwinClient) -> None:
    before = done(twin.get("/api/ADGroups/Sales"))
    assert done(twin.delete("/api/ADGroups/Sales/Remove")) == before
    assert exists(twin, "Sales") is False
    assert named(done(twin.get("/api/ADUser/emma.fischer/Group/All"))) == [
        "Domain Users",
        "Price List",
        "Printers Hamburg",
    ]


def test_G8_links_of_a_deleted_group_vanish_on_both_sides(twin: TwinClient) -> None:
    """A group made anew under the old name has neither the members nor the parents of the old one."""
    for name in ("Low", "Mid", "Top"):
        new_group(twin, name)
    done(nest(twin, "Low", "Mid"))
    done(nest(twin, "Mid", "Top"))
    done(join(twin, "ann.lee", "Mid"))
    gone = done(twin.delete("/api/ADGroups/Mid/Remove"))
    assert gone["guid"] not in str(twin.control("GET", "state"))
    new_group(twin, "Mid")
    found = [
        done(twin.get(path))
        for path in (
            "/api/ADGroup/Mid/Group/Low/Exists",
            "/api/ADGroup/Top/Group/Mid/Exists",
            "/api/ADUser/ann.lee/Group/Mid/Exists",
        )
    ]
    assert found == [False, False, False]


@pytest.mark.parametrize(
    ("group", "member"),
    [
        ("Domain Users", "/api/ADUser/ann.lee/Group/Domain%20Users/Exists"),
        ("Domain Guests", "/api/ADUser/Guest/Group/Domain%20Guests/Exists"),
        ("Domain Computers", ""),
        ("Domain Controllers", ""),
    ],
)
def test_G8_a_primary_group_cannot_be_deleted(twin: TwinClient, group: str, member: str) -> None:
    refused(twin.delete(at("/api/ADGroups/{}/Remove", group)), 400, "primary group")
    assert exists(twin, group)
    if member:
        assert done(twin.get(member)) is True


@pytest.mark.parametrize("group", ["Domain Admins", "Enterprise Admins", "Administrators", "Remote Desktop Users"])
def test_P18_critical_groups_stay(twin: TwinClient, group: str) -> None:
    refused(twin.delete(at("/api/ADGroups/{}/Remove", group)), 400)
    assert exists(twin, group)


@pytest.mark.parametrize("group", ["DnsAdmins", "DnsUpdateProxy"])
def test_P18_groups_of_the_dns_server_can_go(twin: TwinClient, group: str) -> None:
    done(twin.delete(at("/api/ADGroups/{}/Remove", group)))
    assert exists(twin, group) is False


def test_lists_by_type_part_the_list_of_all(twin: TwinClient) -> None:
    everything = done(twin.get("/api/ADGroups/All"))
    parts = {kind: done(twin.get(f"/api/ADGroups/{kind}/All")) for kind in KINDS}
    for kind, rows in parts.items():
        assert rows == [row for row in everything if row["type"] == kind]
    assert named(parts["Distribution"]) == ["News", "News Oslo", "Price List"]
    assert len(everything) == len(parts["Security"]) + len(parts["Distribution"])


def test_a_name_that_is_a_word_of_a_path_is_shadowed(twin: TwinClient) -> None:
    """A group called All cannot be fetched by name, but everything else works."""
    new_group(twin, "All")
    assert isinstance(done(twin.get("/api/ADGroups/All")), list)
    assert exists(twin, "All")
    assert done(twin.delete("/api/ADGroups/All/Remove"))["name"] == "All"


def test_renaming_keeps_everything_else(twin: TwinClient) -> None:
    before = done(twin.get("/api/ADGroups/News"))
    renamed = done(twin.put(at("/api/ADGroups/{}/Rename/{}", "news", "Company News")))
    assert renamed == {**before, "name": "Company News"}
    assert done(twin.get("/api/ADGroups/company%20news")) == renamed
    refused(twin.get("/api/ADGroups/News"), 404)
    assert done(twin.get("/api/ADUser/ann.lee/Group/Company%20News/Exists")) is True


def test_renaming_to_another_case(twin: TwinClient) -> None:
    assert done(twin.put("/api/ADGroups/sales/Rename/SALES"))["name"] == "SALES"
    assert "SALES" in named(done(twin.get("/api/ADGroups/All")))


@pytest.mark.parametrize("taken", ["Finance", "finance", "ann.lee", "FILES01$"])
def test_renaming_to_a_taken_name_is_refused(twin: TwinClient, taken: str) -> None:
    """Account names are one name space over users, groups and computers."""
    refused(twin.put(at("/api/ADGroups/Sales/Rename/{}", taken)), 400)
    assert exists(twin, "Sales")


def test_a_name_taken_in_the_container_is_refused(twin: TwinClient) -> None:
    new_ou(twin, "Shared", GROUPS)
    refused(twin.post("/api/ADGroups/shared/Security", OUPath=GROUPS), 400)
    new_group(twin, "Shared")


@pytest.mark.parametrize(("group", "status"), [("Administrators", 400), ("Schema Admins", 200), ("DnsAdmins", 200)])
def test_groups_of_the_system_and_renaming(twin: TwinClient, group: str, status: int) -> None:
    """Active Directory forbids renaming what is in CN=Builtin, by systemFlags, and nothing else among the groups."""
    assert twin.put(at("/api/ADGroups/{}/Rename/{}", group, "Renamed")).status == status
    assert exists(twin, "Renamed") is (status == 200)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 200),
        (GROUPS, 200),
        (GROUPS.lower().replace(",", ", "), 200),
        (f"LDAP://{GROUPS}", 200),
        (f"OU=Kopi,{ROOT}", 200),
        (ROOT, 200),
        (f"OU=Staff,OU=Kopi,{ROOT}", 404),
        (f"OU=Nowhere,{ROOT}", 404),
        ("DC=elsewhere,DC=example", 404),
        ("nonsense", 400),
    ],
)
def test_removing_with_an_ou_path(twin: TwinClient, path: str, status: int) -> None:
    """OUPath narrows the look-up: a group that is not in it or below it is not found."""
    assert twin.delete("/api/ADGroups/Sales/Remove", OUPath=path).status == status
    assert exists(twin, "Sales") is (status != 200)


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("PUT", "/api/ADGroups/Absent/Rename/a%2Fb", {}),
        ("DELETE", "/api/ADGroups/Absent/Remove", {"OUPath": "nonsense"}),
        ("POST", "/api/ADGroups/a%5Cb/Security", {"OUPath": f"OU=Nowhere,{ROOT}"}),
        ("POST", "/api/ADGroups/Fresh/Security", {"OUPath": f"OU=Nowhere,{ROOT}", "GroupDescription": "x" * 1025}),
        ("POST", "/api/ADGroups/Fresh/Distribution", {"OUPath": f"OU=Nowhere,{ROOT}", "GroupEmail": "x" * 257}),
    ],
)
def test_wrong_input_is_said_before_absent_objects(
    twin: TwinClient, method: str, path: str, query: dict[str, Any]
) -> None:
    refused(twin.call(method, path, **query), 400)


def test_texts_at_their_limits(twin: TwinClient) -> None:
    made = new_group(twin, "g" * 64, GroupDescription="d" * 1024, GroupEmail="m" * 256)
    assert (len(made["description"]), len(made["email"])) == (1024, 256)
    refused(twin.post(at("/api/ADGroups/{}/Security", "h" * 65)), 400)


def test_a_user_and_a_group_cannot_share_a_name(twin: TwinClient) -> None:
    new_group(twin, "shared.name")
    refused(twin.post("/api/ADUser/Shared.Name"), 400)
    new_user(twin, "other.name")
    refused(twin.post("/api/ADGroups/OTHER.NAME/Distribution"), 400)
