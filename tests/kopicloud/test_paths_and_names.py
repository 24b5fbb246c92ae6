"""Paths: how distinguished names are written and read, and what they may hold (decisions P1 to P8)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kopicloud.calls import (
    GROUPS,
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

#: Operations that list what is in a container, and those that read an OU.
LISTS = ("/api/ADUser/ListUsers", "/api/ADGroups", "/api/ADGroups/Security/All", "/api/Computers")
OU_READS = ("/api/OU/Path/Details", "/api/OU/Path/Exists")

#: Names, each with what stands for it in a DN.
ESCAPED = {
    "a,b": r"a\,b",
    "a+b": r"a\+b",
    'a"b': r"a\"b",
    r"a\b": r"a\\b",
    "a<b": r"a\<b",
    "a>b": r"a\>b",
    "a;b": r"a\;b",
    "a=b": r"a\=b",
    "#a": r"\#a",
    "a#b": "a#b",
    " a": r"\ a",
    "a ": "a\\ ",
    "a b": "a b",
    "  a  ": "\\  a \\ ",
    "a/b": "a/b",
    "Zoë 潤": "Zoë 潤",
    ",": r"\,",
    "a\nb": r"a\0Ab",
}

MALFORMED = (
    "Sales",
    "OU",
    "=Sales",
    "OU=",
    f"OU=,{ROOT}",
    f"OU=Sales,,{ROOT}",
    f"OU=Sales,{ROOT},",
    f"OU=Sales,{ROOT}\\",
    f"OU=a\\zb,{ROOT}",
    f'OU=a"b,{ROOT}',
    f"OU=a<b,{ROOT}",
    f"OU=a;b,{ROOT}",
    f"OU=a+CN=b,{ROOT}",
    f"OU=#0403,{ROOT}",
    f"OU=\\FF,{ROOT}",
    f"OU=\\00,{ROOT}",
    f"1OU=a,{ROOT}",
    "LDAP://",
    "*",
    "OU=a," * 2000 + ROOT,
)

#: Any name an OU may have: text that travels as UTF-8, without NUL, not only blanks.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=32).filter(
    lambda name: name.strip()
)

OUTSIDE = ("DC=example,DC=com", "OU=Sales,DC=example,DC=com", "DC=local", f"{ROOT},DC=com", "OU=Kopi")


def test_P1_ou_path_of_users_and_groups_is_their_container(twin: TwinClient) -> None:
    assert new_user(twin, "p1.user", OUPath=STAFF)["ouPath"] == STAFF
    assert details(twin, "p1.user")["ouPath"] == STAFF
    assert new_user(twin, "p1.default")["ouPath"] == USERS
    assert new_group(twin, "P1", OUPath=GROUPS)["ouPath"] == GROUPS
    assert new_group(twin, "P1 Default", "Distribution")["ouPath"] == USERS


def test_P1_a_container_taken_from_an_answer_can_be_sent_back(twin: TwinClient) -> None:
    path = details(twin, "dirk.jansen")["ouPath"]
    assert path == SALES
    assert "dirk.jansen" in named(done(twin.get("/api/ADUser/ListUsers", OUPath=path)), "username")


def test_P2_path_of_a_computer_is_its_own_dn(twin: TwinClient) -> None:
    assert done(twin.get("/api/Computers/FILES01"))["path"] == f"CN=FILES01,{SERVERS}"
    assert new_computer(twin, "NEW-01")["path"] == f"CN=NEW-01,CN=Computers,{ROOT}"
    assert new_computer(twin, "NEW-02", OUPath=STAFF)["path"] == f"CN=NEW-02,{STAFF}"


@pytest.mark.parametrize("prefix", ["LDAP://", "ldap://", "Ldap://dc01/", "LDAP://dc01.kopicloud.local:389/"])
def test_P3_an_ads_prefix_is_accepted_and_not_kept(twin: TwinClient, prefix: str) -> None:
    assert done(twin.get("/api/OU/Path/Details", OUPath=prefix + SALES))["path"] == SALES
    assert len(done(twin.get("/api/ADUser/ListUsers", OUPath=prefix + SALES))) == 8
    assert new_user(twin, "p3", OUPath=prefix + SALES)["ouPath"] == SALES
    twin.put(user("p3"), Manager=f"{prefix}CN=ann.lee,{STAFF}")
    assert details(twin, "p3")["manager"] == "ann.lee"


def test_P3_no_answer_holds_an_ads_prefix(twin: TwinClient) -> None:
    for place in ("/api/OU/All", "/api/Computers/All", "/api/ADGroups/All", "/api/DnsZones/All"):
        assert b"ldap:" not in twin.get(place, ListContainers=True).content.lower()
    assert b"ldap:" not in twin.get("/api/ADUser/ListUsers/All", ShowFields="All").content.lower()


@pytest.mark.parametrize(
    ("place", "key", "kept"),
    [
        ("/api/ADUser/ANN.Lee/Details", "username", "ann.lee"),
        ("/api/ADGroups/fiNANce", "name", "Finance"),
        ("/api/Computers/files01", "computerName", "FILES01"),
        ("/api/DnsZones/KOPICLOUD.local", "zoneName", "kopicloud.local"),
        ("/api/ADUser/JUN.ITO/Group/SALES", "name", "Sales"),
    ],
)
def test_P4_names_match_in_any_case_and_keep_theirs(twin: TwinClient, place: str, key: str, kept: str) -> None:
    assert done(twin.get(place))[key] == kept


@pytest.mark.parametrize(
    "path",
    [SALES.upper(), SALES.lower(), SALES.replace(",", ", "), SALES.replace(",", " ,  "), SALES.replace("=", " = ")],
)
def test_P4_dns_match_in_any_case_whatever_blanks_stand_between_their_parts(twin: TwinClient, path: str) -> None:
    assert done(twin.get("/api/OU/Path/Details", OUPath=path))["path"] == SALES
    assert "dirk.jansen" in named(done(twin.get("/api/ADUser/ListUsers", OUPath=path)), "username")


@pytest.mark.parametrize(
    ("kept", "other"),
    [
        ("josé", "JOSE"),
        ("Straße", "STRASSE"),
        ("søren", "Soren"),
        ("arger", "Ärger"),
        ("e\u0301ric", "éric"),
        ("ｗｉｄｅ", "WIDE"),
        ("ΣΊΣΥ", "σισυ"),
    ],
)
def test_P4_accents_and_width_are_kept_and_do_not_count(twin: TwinClient, kept: str, other: str) -> None:
    assert new_user(twin, kept)["username"] == kept
    assert details(twin, other)["username"] == kept
    refused(twin.post(user(other)), 400, kept)
    assert done(twin.put(user(other, at("/Rename/{}", other))))["username"] == other


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("jose", "josef"), ("æther", "aether"), ("x1", "x²")])
def test_P4_other_letters_do_count(twin: TwinClient, one: str, other: str) -> None:
    assert new_user(twin, one)["username"] == one
    assert new_user(twin, other)["username"] == other


@pytest.mark.parametrize(("name", "written"), ESCAPED.items(), ids=[repr(name) for name in ESCAPED])
def test_P5_dns_are_written_with_escapes_and_names_without(twin: TwinClient, name: str, written: str) -> None:
    created = done(twin.post("/api/OU", OUName=name, OUDestinationPath=ROOT))
    assert (created["name"], created["path"]) == (name, f"OU={written},{ROOT}")
    assert new_ou(twin, "inner", created["path"]) == f"OU=inner,OU={written},{ROOT}"


@pytest.mark.parametrize("name", ESCAPED, ids=repr)
def test_P5_every_way_to_write_a_dn_is_read(twin: TwinClient, name: str) -> None:
    new_ou(twin, name)
    octets = "".join(f"\\{byte:02x}" for byte in name.encode())
    codes = "".join(f"\\{ord(one):02X}" if one in ',+"\\<>;=# \n' else one for one in name)
    for value in (octets, codes):
        assert done(twin.get("/api/OU/Path/Details", OUPath=f"OU={value},{ROOT}"))["name"] == name


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(name=NAMES)
def test_P5_the_dn_of_any_name_leads_back_to_it(twin: TwinClient, name: str) -> None:
    path = new_ou(twin, name, SALES)
    assert done(twin.get("/api/OU/Path/Details", OUPath=path))["name"] == name
    assert new_ou(twin, "inner", path).endswith(f",{path}")
    for one in (f"OU=inner,{path}", path):
        assert done(twin.delete("/api/OU/Path/Remove", OUPath=one))["path"] == one


def test_P5_an_equals_sign_and_an_inner_hash_need_no_escape(twin: TwinClient) -> None:
    new_ou(twin, "a=b#c")
    assert done(twin.get("/api/OU/Path/Details", OUPath=f"OU=a=b#c,{ROOT}"))["name"] == "a=b#c"


def test_P5_every_kind_of_object_is_shown_in_an_escaped_container(twin: TwinClient) -> None:
    path = new_ou(twin, "R&D, East")
    assert path == rf"OU=R&D\, East,{ROOT}"
    assert new_user(twin, "p5", OUPath=path)["ouPath"] == path
    assert new_group(twin, "#1 fans", OUPath=path)["ouPath"] == path
    assert new_computer(twin, "PC-5", OUPath=path)["path"] == f"CN=PC-5,{path}"
    twin.put(user("ann.lee"), Manager=f"CN=p5,{path}")
    assert details(twin, "ann.lee")["manager"] == "p5"


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path[:20])
def test_P6_a_malformed_dn_is_refused(twin: TwinClient, path: str) -> None:
    for place in LISTS + OU_READS:
        refused(twin.get(place, OUPath=path), 400)
    refused(twin.post(user("p6"), OUPath=path), 400)
    refused(twin.put(user("ann.lee"), OUPath=path), 400)
    refused(twin.post("/api/ADGroups/P6/Security", OUPath=path), 400)
    refused(twin.post("/api/Computers/P6-A/Register", OUPath=path), 400)
    refused(twin.post("/api/OU", OUName="P6", OUDestinationPath=path), 400)
    refused(twin.delete("/api/OU/Path/Remove", OUPath=path), 400)


@pytest.mark.parametrize("text", ["nonsense", "1234", "3f2504e0-4f89-41d3-9a0c-0305e82c330", "{}", "3f2504e0 4f89"])
def test_P6_a_malformed_guid_is_refused(twin: TwinClient, text: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        refused(twin.call(method, "/api/ADUserGuid", UserGuid=text), 400, "UserGuid", text)
    refused(twin.get("/api/OU/Guid/Details", OUGuid=text), 400, "OUGuid", text)


@pytest.mark.parametrize("form", ["{0}", "{{{0}}}", "({0})", " {0} "])
def test_P6_a_guid_is_read_in_the_forms_of_dotnet(twin: TwinClient, form: str) -> None:
    guid = details(twin, "ann.lee")["guid"]
    for text in (form.format(guid), form.format(guid).upper(), guid.replace("-", "")):
        assert done(twin.get("/api/ADUserGuid", UserGuid=text))["username"] == "ann.lee"


@pytest.mark.parametrize("path", OUTSIDE)
def test_P7_a_dn_outside_the_domain_leads_nowhere(twin: TwinClient, path: str) -> None:
    for place in LISTS:
        refused(twin.get(place, OUPath=path), 404)
    refused(twin.get("/api/OU/Path/Details", OUPath=path), 404)
    assert done(twin.get("/api/OU/Path/Exists", OUPath=path)) is False
    refused(twin.post(user("p7"), OUPath=path), 404)
    refused(twin.put(user("ann.lee"), Manager=f"CN=ann.lee,{path}"), 404)


@pytest.mark.parametrize("one", ["x", "é", "潤"])
def test_P8_an_rdn_has_at_most_64_characters(twin: TwinClient, one: str) -> None:
    assert new_ou(twin, one * 64) == f"OU={one * 64},{ROOT}"
    refused(twin.post("/api/OU", OUName=one * 65, OUDestinationPath=ROOT), 400, "65", "64")
    refused(twin.put("/api/OU/Rename", OUPath=SALES, OUNewName=one * 65), 400, "65", "64")
    assert done(twin.put("/api/OU/Rename", OUPath=SALES, OUNewName=one * 64))["name"] == one * 64
    assert new_group(twin, one * 64)["name"] == one * 64
    refused(twin.post(at("/api/ADGroups/{}/Security", one * 65)), 400, "65", "64")


@pytest.mark.parametrize("name", ["", " ", "   "])
def test_P8_an_rdn_has_at_least_one_character(twin: TwinClient, name: str) -> None:
    refused(twin.post("/api/OU", OUName=name, OUDestinationPath=ROOT), 400)
    refused(twin.put("/api/OU/Rename", OUPath=SALES, OUNewName=name), 400)
