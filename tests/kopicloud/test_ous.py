"""Organizational units: decisions O1 to O10, and look-ups by GUID and path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import (
    ROOT,
    STAFF,
    USERS,
    details,
    done,
    join,
    named,
    new_computer,
    new_group,
    new_ou,
    new_user,
    refused,
)
from tests.support.client import TwinClient

CONTROLLERS = f"OU=Domain Controllers,{ROOT}"
KOPI = f"OU=Kopi,{ROOT}"

#: Names that need escaping in a DN, and how they stand in one.
AWKWARD = [
    ("Sales, EMEA", "Sales\\, EMEA"),
    ('The "Big" One', 'The \\"Big\\" One'),
    ("R+D; a=b <c> \\d", "R\\+D\\; a\\=b \\<c\\> \\\\d"),
    ("#first", "\\#first"),
    (" lead and trail ", "\\ lead and trail\\ "),
    ("Zürich – 北京 – Ελλάδα", "Zürich – 北京 – Ελλάδα"),
    ("50% & more/less", "50% & more/less"),
    ("(objectClass=*)", "(objectClass\\=*)"),
]


def exists(twin: TwinClient, path: str) -> bool:
    """Whether an OU has that DN."""
    answer: bool = done(twin.get("/api/OU/Path/Exists", OUPath=path))
    return answer


def at_path(twin: TwinClient, path: str) -> dict[str, Any]:
    """The OU with that DN."""
    ou: dict[str, Any] = done(twin.get("/api/OU/Path/Details", OUPath=path))
    return ou


def paths(twin: TwinClient, **query: Any) -> list[str]:
    """The DNs in the list of all OUs."""
    return named(done(twin.get("/api/OU/All", **query)), "path")


@pytest.mark.parametrize("parent", [ROOT, KOPI, CONTROLLERS, f"LDAP://{KOPI}", f"ldap://dc01:389/{KOPI.lower()}"])
def test_O1_the_domain_root_and_ous_may_hold_ous(twin: TwinClient, parent: str) -> None:
    path = new_ou(twin, "Fresh", parent)
    assert path.lower() == f"ou=fresh,{parent.rpartition('/')[2]}".lower()
    assert exists(twin, path)


@pytest.mark.parametrize("parent", [USERS, f"CN=Computers,{ROOT}", f"CN=Builtin,{ROOT}", f"CN=ann.lee,{STAFF}"])
def test_O1_containers_and_leaves_may_not(twin: TwinClient, parent: str) -> None:
    refused(twin.post("/api/OU", OUName="Fresh", OUDestinationPath=parent), 400)
    path = new_ou(twin, "Wanderer")
    refused(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=parent), 400)
    assert exists(twin, path)


@pytest.mark.parametrize("name", ["Staff", "STAFF", "staff"])
def test_O2_a_name_is_taken_under_its_parent_only(twin: TwinClient, name: str) -> None:
    refused(twin.post("/api/OU", OUName=name, OUDestinationPath=KOPI), 400)
    new_ou(twin, name, ROOT)
    new_ou(twin, name, STAFF)


@pytest.mark.parametrize("name", ["Users", "computers", "System"])
def test_O2_a_container_takes_a_name_too(twin: TwinClient, name: str) -> None:
    refused(twin.post("/api/OU", OUName=name, OUDestinationPath=ROOT), 400)
    new_ou(twin, name, KOPI)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("inside", ["ou", "user", "group", "computer"])
def test_O3_an_ou_with_anything_in_it_stays(twin: TwinClient, inside: str, force: bool) -> None:
    path = new_ou(twin, "Full")
    if inside == "ou":
        new_ou(twin, "Inner", path)
    elif inside == "user":
        new_user(twin, "in.side", OUPath=path)
    elif inside == "group":
        new_group(twin, "Inside", OUPath=path)
    else:
        new_computer(twin, "INSIDE", OUPath=path)
    refused(twin.delete("/api/OU/Path/Remove", OUPath=path, Force=force), 400, "not empty")
    assert exists(twin, path)


def test_O3_the_last_child_gone_the_ou_can_go(twin: TwinClient) -> None:
    path = new_ou(twin, "Full", OUDescription="for a while")
    inner = new_ou(twin, "Inner", path)
    new_user(twin, "in.side", OUPath=inner)
    done(twin.delete("/api/ADUser/in.side"))
    done(twin.delete("/api/OU/Path/Remove", OUPath=inner))
    before = at_path(twin, path)
    assert done(twin.delete("/api/OU/Path/Remove", OUPath=path)) == before
    assert exists(twin, path) is False
    refused(twin.delete("/api/OU/Path/Remove", OUPath=path), 404)


def test_O3_force_does_not_empty_a_protected_ou(twin: TwinClient) -> None:
    refused(twin.delete("/api/OU/Path/Remove", OUPath=KOPI, Force=True), 400, "not empty")
    assert exists(twin, KOPI)


@pytest.mark.parametrize("given", [{}, {"Force": False}, {"Force": ""}])
def test_O4_a_protected_ou_is_deleted_only_by_force(twin: TwinClient, given: dict[str, Any]) -> None:
    path = new_ou(twin, "Guarded", IsProtected=True)
    refused(twin.delete("/api/OU/Path/Remove", OUPath=path, **given), 400, "protected", "Force")
    assert exists(twin, path)
    assert done(twin.delete("/api/OU/Path/Remove", OUPath=path, Force=True))["protected"] is True
    assert exists(twin, path) is False


def test_O4_without_protection_no_force_is_needed(twin: TwinClient) -> None:
    path = new_ou(twin, "Guarded", IsProtected=True)
    done(twin.put("/api/OU", OUPath=path, IsProtected=False))
    done(twin.delete("/api/OU/Path/Remove", OUPath=path))
    assert exists(twin, path) is False


def test_O5_a_protected_ou_cannot_be_moved_even_by_force(twin: TwinClient) -> None:
    path = new_ou(twin, "Guarded", IsProtected=True)
    refused(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=STAFF, Force=True), 400, "protected")
    assert exists(twin, path)
    done(twin.put("/api/OU", OUPath=path, IsProtected=False))
    assert done(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=STAFF))["path"] == f"OU=Guarded,{STAFF}"


def test_O5_a_protected_ou_moves_along_inside_another(twin: TwinClient) -> None:
    outer = new_ou(twin, "Outer")
    new_ou(twin, "Guarded", outer, IsProtected=True)
    done(twin.put("/api/OU/Move", OUPath=outer, OUDestinationPath=STAFF))
    assert at_path(twin, f"OU=Guarded,OU=Outer,{STAFF}")["protected"] is True


@pytest.mark.parametrize("target", ["OU=A", "OU=B,OU=A", "OU=C,OU=B,OU=A"])
def test_O6_into_itself_or_below_itself_is_refused(twin: TwinClient, target: str) -> None:
    top = new_ou(twin, "A")
    new_ou(twin, "C", new_ou(twin, "B", top))
    before = paths(twin)
    refused(twin.put("/api/OU/Move", OUPath=top, OUDestinationPath=f"{target},{ROOT}"), 400)
    assert paths(twin) == before


@pytest.mark.parametrize("target", [ROOT, KOPI])
def test_O6_a_taken_name_at_the_target_is_refused(twin: TwinClient, target: str) -> None:
    """CN=Users is in the root, OU=Groups in OU=Kopi."""
    path = new_ou(twin, "users" if target == ROOT else "groups", STAFF)
    before = paths(twin)
    refused(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=target), 400)
    assert paths(twin) == before


@pytest.mark.parametrize("protected", [False, True])
def test_O6_to_the_parent_it_has_is_no_change(twin: TwinClient, protected: bool) -> None:
    path = new_ou(twin, "Still", STAFF, IsProtected=protected)
    before = at_path(twin, path)
    assert done(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=STAFF.upper())) == before
    assert at_path(twin, path) == before


def test_O7_a_protected_ou_can_be_renamed(twin: TwinClient) -> None:
    before = at_path(twin, KOPI)
    renamed = done(twin.put("/api/OU/Rename", OUPath=KOPI, OUNewName="Kopi Group"))
    assert renamed == {**before, "name": "Kopi Group", "path": f"OU=Kopi Group,{ROOT}"}
    assert renamed["protected"] is True


def everything_below(twin: TwinClient) -> dict[str, str]:
    """Where each thing of the deep tree is, by every call that shows it."""
    places = {
        "user by name": details(twin, "deep.user")["ouPath"],
        "user by guid": done(
            twin.get("/api/ADUserGuid", UserGuid=details(twin, "deep.user")["guid"], ShowFields="ouPath")
        )["ouPath"],
        "group": done(twin.get("/api/ADGroups/Deep%20Group"))["ouPath"],
        "computer": done(twin.get("/api/Computers/DEEP01"))["path"].partition(",")[2],
        "membership": done(twin.get("/api/ADUser/deep.user/Group/Deep%20Group"))["ouPath"],
    }
    lists = [
        ("/api/ADUser/ListUsers/All", "username", "deep.user", "ouPath"),
        ("/api/ADGroups/All", "name", "Deep Group", "ouPath"),
        ("/api/ADUser/deep.user/Group/All", "name", "Deep Group", "ouPath"),
        ("/api/Computers/All", "computerName", "DEEP01", "path"),
    ]
    for path, key, name, field in lists:
        (row,) = (row for row in done(twin.get(path, ShowFields="username,ouPath")) if row[key] == name)
        places[path] = row[field] if field == "ouPath" else row[field].partition(",")[2]
    return places


@pytest.mark.parametrize("act", ["move", "rename", "both"])
def test_O8_descendants_follow_a_move_and_a_rename(twin: TwinClient, act: str) -> None:
    """Five levels deep, every DN shown anywhere follows, and what is inside is found under the new DN only."""
    chain = [new_ou(twin, "Level 1")]
    for level in range(2, 6):
        chain.append(new_ou(twin, f"Level {level}", chain[-1]))
    deepest, top = chain[-1], chain[0]
    new_user(twin, "deep.user", OUPath=deepest)
    new_group(twin, "Deep Group", OUPath=deepest)
    new_computer(twin, "DEEP01", OUPath=deepest)
    done(join(twin, "deep.user", "Deep Group"))
    guids = {row["guid"]: row["name"] for row in done(twin.get("/api/OU/All"))}
    user = details(twin, "deep.user")
    if act in ("move", "both"):
        top = done(twin.put("/api/OU/Move", OUPath=top, OUDestinationPath=STAFF))["path"]
    if act in ("rename", "both"):
        top = done(twin.put("/api/OU/Rename", OUPath=top, OUNewName="Level, One"))["path"]
    now = deepest.removesuffix(chain[0]) + top
    assert set(everything_below(twin).values()) == {now}
    assert details(twin, "deep.user") == {**user, "ouPath": now}
    after = {row["guid"]: row for row in done(twin.get("/api/OU/All"))}
    assert after.keys() == guids.keys()
    for old in chain:
        assert exists(twin, old) is False
        assert exists(twin, old.removesuffix(chain[0]) + top)
    refused(twin.get("/api/ADUser/ListUsers", OUPath=deepest), 404)
    assert named(done(twin.get("/api/Computers", OUPath=now)), "computerName") == ["DEEP01"]


def test_O9_all_lists_ous_of_every_level_and_no_containers(twin: TwinClient) -> None:
    listed = done(twin.get("/api/OU/All"))
    assert all(row["path"].startswith("OU=") for row in listed)
    assert named(listed) == [
        *("Domain Controllers", "Engineering", "Finance", "Groups", "Kopi", "Sales", "Servers", "Staff"),
        "Workstations",
    ]
    assert done(twin.get("/api/OU/All", ListContainers=False)) == listed


def test_O9_containers_are_added_on_request_and_never_protected(twin: TwinClient) -> None:
    ous, everything = done(twin.get("/api/OU/All")), done(twin.get("/api/OU/All", ListContainers=True))
    added = [row for row in everything if row not in ous]
    assert [row for row in everything if row in ous] == ous
    assert {row["path"] for row in added} >= {USERS, f"CN=Computers,{ROOT}", f"CN=Builtin,{ROOT}", f"CN=System,{ROOT}"}
    assert all(row["path"].startswith("CN=") for row in added)
    assert [row["protected"] for row in added] == [False] * len(added)
    assert named(everything) == sorted(named(everything), key=str.casefold)


@pytest.mark.parametrize("path", [USERS, f"CN=Builtin,{ROOT}", ROOT, f"CN=ann.lee,{STAFF}", f"OU=Users,{ROOT}"])
def test_O9_what_is_no_ou_is_not_found(twin: TwinClient, path: str) -> None:
    refused(twin.get("/api/OU/Path/Details", OUPath=path), 404)
    assert exists(twin, path) is False
    refused(twin.put("/api/OU/Rename", OUPath=path, OUNewName="Taken"), 404)
    refused(twin.put("/api/OU", OUPath=path, OUDescription="Taken"), 404)
    refused(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=STAFF), 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (USERS, 400),
        (f"CN=Builtin,{ROOT}", 400),
        (CONTROLLERS, 400),
        (f"CN=Managed Service Accounts,{ROOT}", 404),
        (f"CN=ann.lee,{STAFF}", 404),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_P18_what_the_system_needs_stays(twin: TwinClient, path: str, status: int, force: bool) -> None:
    """Default containers are refused as such; anything else that is no OU is not found."""
    before = paths(twin, ListContainers=True)
    refused(twin.delete("/api/OU/Path/Remove", OUPath=path, Force=force), status)
    assert paths(twin, ListContainers=True) == before


def test_P18_the_ou_of_domain_controllers_is_neither_moved_nor_renamed(twin: TwinClient) -> None:
    refused(twin.put("/api/OU/Move", OUPath=CONTROLLERS, OUDestinationPath=STAFF), 400)
    refused(twin.put("/api/OU/Rename", OUPath=CONTROLLERS, OUNewName="Controllers"), 400)
    assert exists(twin, CONTROLLERS)


@pytest.mark.parametrize(
    ("given", "protected"),
    [({}, False), ({"IsProtected": ""}, False), ({"IsProtected": False}, False), ({"IsProtected": "TRUE"}, True)],
)
def test_O10_protection_is_off_unless_asked_for(twin: TwinClient, given: dict[str, Any], protected: bool) -> None:
    path = new_ou(twin, "Fresh", **given)
    assert at_path(twin, path)["protected"] is protected


@pytest.mark.parametrize(("name", "written"), AWKWARD)
def test_awkward_names_survive_moving_and_renaming(twin: TwinClient, name: str, written: str) -> None:
    """Names come back as they were given, escaped in DNs only, and a DN as shown works as input."""
    path = new_ou(twin, name)
    assert path == f"OU={written},{ROOT}"
    assert at_path(twin, path)["name"] == name
    inner = new_ou(twin, name, path)
    new_user(twin, "in.side", OUPath=inner)
    moved = done(twin.put("/api/OU/Move", OUPath=path, OUDestinationPath=STAFF))["path"]
    assert moved == f"OU={written},{STAFF}"
    assert details(twin, "in.side")["ouPath"] == f"OU={written},{moved}"
    done(twin.put("/api/OU/Rename", OUPath=moved, OUNewName="plain"))
    back = done(twin.put("/api/OU/Rename", OUPath=f"OU=plain,{STAFF}", OUNewName=name))
    assert (back["name"], back["path"]) == (name, moved)


@pytest.mark.parametrize("form", ["{}", "{{{}}}", "({})", "plain", "upper"])
def test_looking_up_by_guid(twin: TwinClient, form: str) -> None:
    ou = at_path(twin, STAFF)
    guid = {"plain": ou["guid"].replace("-", ""), "upper": ou["guid"].upper()}.get(form, form.format(ou["guid"]))
    assert done(twin.get("/api/OU/Guid/Details", OUGuid=guid)) == ou


@pytest.mark.parametrize(
    "guid", ["nonsense", "1234", "{7c0f2c1e-5b0a-4a3e-9a53-0d3f4f1c2b6a", "%00", "7c0f2c1e5b0a4a3e"]
)
def test_P6_a_malformed_guid_is_400(twin: TwinClient, guid: str) -> None:
    refused(twin.get("/api/OU/Guid/Details", OUGuid=guid), 400)


def test_a_guid_of_nothing_or_of_no_ou_is_404(twin: TwinClient) -> None:
    refused(twin.get("/api/OU/Guid/Details", OUGuid="7c0f2c1e-5b0a-4a3e-9a53-0d3f4f1c2b6a"), 404)
    refused(twin.get("/api/OU/Guid/Details", OUGuid=details(twin, "ann.lee")["guid"]), 404)


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({}, {}),
        ({"OUDescription": "New"}, {"description": "New"}),
        ({"OUDescription": ""}, {"description": None}),
        ({"IsProtected": True}, {"protected": True}),
        ({"IsProtected": ""}, {}),
        ({"OUDescription": "New", "IsProtected": True}, {"description": "New", "protected": True}),
    ],
)
def test_updating_changes_what_is_named(twin: TwinClient, given: dict[str, Any], changed: dict[str, Any]) -> None:
    """Absent is unchanged, an empty text clears (U6)."""
    before = at_path(twin, STAFF)
    assert done(twin.put("/api/OU", OUPath=STAFF, **given)) == {**before, **changed}
    assert at_path(twin, STAFF) == {**before, **changed}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/OU/Rename", {"OUPath": f"OU=Nowhere,{ROOT}", "OUNewName": "x" * 65}),
        ("/api/OU/Move", {"OUPath": f"OU=Nowhere,{ROOT}", "OUDestinationPath": "nonsense"}),
        ("/api/OU", {"OUPath": f"OU=Nowhere,{ROOT}", "OUDescription": "x" * 1025}),
    ],
)
def test_wrong_input_is_said_before_absent_objects(twin: TwinClient, path: str, query: dict[str, Any]) -> None:
    refused(twin.put(path, **query), 400)


def test_renaming_to_another_case(twin: TwinClient) -> None:
    assert done(twin.put("/api/OU/Rename", OUPath=STAFF, OUNewName="STAFF"))["path"] == f"OU=STAFF,{KOPI}"
    assert details(twin, "ann.lee")["ouPath"] == f"OU=STAFF,{KOPI}"


def test_renaming_to_a_taken_name_is_refused(twin: TwinClient) -> None:
    refused(twin.put("/api/OU/Rename", OUPath=STAFF, OUNewName="servers"), 400)
    assert exists(twin, STAFF)
