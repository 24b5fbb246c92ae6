"""Attributes of users: absent and empty values, countries, lengths, home folders (decisions U6, U9 to U12)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import SALES, STAFF, details, done, new_ou, new_user, refused, user
from tests.support.client import TwinClient

#: Text parameters, the field each sets, its longest value in UTF-16 units (None: no limit known), and a value.
TEXTS: tuple[tuple[str, str, int | None, str], ...] = (
    ("FirstName", "firstName", 64, "Ada"),
    ("LastName", "lastName", 64, "Lovelace"),
    ("Initials", "initials", 6, "A.L."),
    ("DisplayName", "displayName", 256, "Ada Lovelace"),
    ("Description", "description", 1024, "Counts & computes"),
    ("EmailAddress", "emailAddress", 256, "ada@example.com"),
    ("Department", "department", 64, "Engines"),
    ("Office", "office", 128, "London"),
    ("Company", "company", 64, "Analytical"),
    ("JobTitle", "jobTitle", 128, "Countess"),
    ("Street", "streetAddress", 1024, "12 St James's Square"),
    ("POBox", "streetPoBox", 40, "PO 1815"),
    ("City", "city", 128, "London"),
    ("State", "state", 128, "England"),
    ("ZipCode", "postalCode", 40, "SW1Y"),
    ("Country", "country", None, "United Kingdom"),
    ("OfficePhone", "officePhone", 64, "+44 20 5550100"),
    ("HomePhone", "homePhone", 64, "+44 20 5550101"),
    ("MobilePhone", "mobilePhone", 64, "+44 77 5550102"),
    ("ProfilePath", "profilePath", None, r"\\files\profiles\ada"),
    ("ProfileLogonScript", "profileLogonScript", None, "logon.cmd"),
    ("HomeFolderPath", "homeFolderPath", None, r"C:\Home\ada"),
    ("HomeFolderDrive", "homeFolderDrive", None, "H:"),
    ("HomeFolderDirectory", "homeFolderDirectory", None, r"\\files\home\ada"),
    ("RdsProfilePath", "rdsProfilePath", None, r"\\rds\profiles\ada"),
    ("RdsHomeFolderPath", "rdsHomeFolderPath", None, r"\\rds\home\ada"),
    ("RdsHomeFolderDrive", "rdsHomeFolderDrive", None, "R:"),
)
#: Text parameters that go together: only one kind of home folder at a time (U12).
TOGETHER = {parameter: value for parameter, _, _, value in TEXTS if parameter != "HomeFolderPath"}
FIELD = {parameter: field for parameter, field, _, _ in TEXTS}
LIMITED = [(parameter, field, limit) for parameter, field, limit, _ in TEXTS if limit]

#: Flags, the field each sets, and its default on creation.
FLAGS = (
    ("PasswordNeverExpired", "passwordNeverExpired", False),
    ("RdsConnectDrive", "rdsConnectDrive", False),
    ("RdsAllowLogon", "rdsAllowLogon", True),
    ("ChangePasswordNextLogon", "changePasswordNextLogon", True),
)


def full(twin: TwinClient) -> dict[str, Any]:
    """A user that has a value in every field."""
    return new_user(twin, "u6", Manager="ann.lee", OUPath=SALES, RdsConnectDrive=True, **TOGETHER)


def test_U6_every_text_is_set_on_creation_and_unset_without(twin: TwinClient) -> None:
    made = full(twin)
    assert {FIELD[parameter]: value for parameter, value in TOGETHER.items()}.items() <= made.items()
    bare = new_user(twin, "u6.bare")
    assert {bare[field] for field in FIELD.values()} == {None}


@pytest.mark.parametrize("by", ["name", "guid"])
def test_U6_absent_values_change_nothing(twin: TwinClient, by: str) -> None:
    made = full(twin)
    place, target = (user("u6"), {}) if by == "name" else ("/api/ADUserGuid", {"UserGuid": made["guid"]})
    given: dict[str, Any] = {"ShowFields": "All", **target}
    assert done(twin.put(place, **given)) == made
    assert done(twin.put(place, City="Paris", **given)) == {**made, "city": "Paris"}
    assert details(twin, "u6") == {**made, "city": "Paris"}


@pytest.mark.parametrize("parameter", TOGETHER)
def test_U6_an_empty_text_clears_one_field_only(twin: TwinClient, parameter: str) -> None:
    made = full(twin)
    changed: dict[str, Any] = {parameter: ""}
    assert done(twin.put(user("u6"), ShowFields="All", **changed)) == {**made, FIELD[parameter]: None}


def test_U6_every_text_empty_clears_all(twin: TwinClient) -> None:
    made = full(twin)
    changed: dict[str, Any] = dict.fromkeys(FIELD, "")
    cleared = done(twin.put(user("u6"), ShowFields="All", Manager="", **changed))
    assert cleared == {**made, "manager": None, **dict.fromkeys(FIELD.values())}


def test_U6_an_empty_text_on_creation_is_absent(twin: TwinClient) -> None:
    given: dict[str, Any] = {**dict.fromkeys(FIELD, ""), "Manager": "", "OUPath": "", "Password": ""}
    assert {**new_user(twin, "u6", **given), "guid": ""} == {
        **new_user(twin, "u6b"),
        "username": "u6",
        "samUsername": "u6",
        "guid": "",
    }


def test_U6_an_empty_path_means_stay(twin: TwinClient) -> None:
    full(twin)
    assert done(twin.put(user("u6"), OUPath="", ShowFields="All"))["ouPath"] == SALES


@pytest.mark.parametrize(("parameter", "field", "default"), FLAGS)
def test_U6_flags_have_defaults_on_creation_and_none_on_change(
    twin: TwinClient, parameter: str, field: str, default: bool
) -> None:
    made = new_user(twin, "u6", ChangePasswordNextLogon=False)
    expected = False if parameter == "ChangePasswordNextLogon" else default
    assert made[field] is expected
    assert new_user(twin, "u6.bare")[field] is default
    flipped: dict[str, Any] = {parameter: not expected}
    assert done(twin.put(user("u6"), ShowFields="All", **flipped)) == {**made, field: not expected}
    assert done(twin.put(user("u6"), ShowFields="All", City="Paris"))[field] is not expected
    empty: dict[str, Any] = {parameter: ""}
    assert done(twin.put(user("u6"), ShowFields="All", **empty))[field] is not expected


@pytest.mark.parametrize("text", ["yes", "1", "0", "tru", "nul", "on"])
@pytest.mark.parametrize("parameter", [parameter for parameter, _, _ in FLAGS])
def test_U6_an_unparsable_boolean_is_refused(twin: TwinClient, parameter: str, text: str) -> None:
    before = details(twin, "ann.lee")
    given: dict[str, Any] = {parameter: text, "City": "Paris"}
    refused(twin.put(user("ann.lee"), **given), 400, parameter, repr(text), "true or false")
    refused(twin.post(user("u6"), **given), 400, parameter, repr(text), "true or false")
    assert details(twin, "ann.lee") == before
    assert done(twin.get(user("u6", "/Exists"))) is False


@pytest.mark.parametrize("text", ["TRUE", "True", "tRuE"])
def test_U6_words_of_booleans_match_in_any_case(twin: TwinClient, text: str) -> None:
    assert done(twin.put(user("ann.lee"), RdsConnectDrive=text, ShowFields="All"))["rdsConnectDrive"] is True


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Netherlands", "Netherlands"),
        ("netherlands", "Netherlands"),
        ("NL", "Netherlands"),
        ("nl", "Netherlands"),
        ("DE", "Germany"),
        ("GB", "United Kingdom"),
        ("United States", "United States"),
        ("us", "United States"),
        ("FR", "France"),
        ("jp", "Japan"),
        (" Spain ", "Spain"),
    ],
)
def test_U9_a_country_is_given_by_english_name_or_code_and_shown_by_name(
    twin: TwinClient, sent: str, shown: str
) -> None:
    assert new_user(twin, "u9", Country=sent)["country"] == shown
    assert done(twin.put(user("ann.lee"), Country=sent, ShowFields="All"))["country"] == shown


@pytest.mark.parametrize(
    ("sent", "near"), [("Germny", "Germany"), ("Deutschland", ""), ("XX", ""), ("DEU", ""), ("49", "")]
)
def test_U9_an_unknown_country_is_refused(twin: TwinClient, sent: str, near: str) -> None:
    refused(twin.post(user("u9"), Country=sent), 400, "Country", repr(sent), near)
    refused(twin.put(user("ann.lee"), Country=sent, City="Paris"), 400, "Country", repr(sent), near)
    assert (details(twin, "ann.lee")["country"], details(twin, "ann.lee")["city"]) == ("Netherlands", "Amsterdam")


@pytest.mark.parametrize(("parameter", "field", "limit"), LIMITED)
@pytest.mark.parametrize("one", ["x", "潤", "\N{GRINNING FACE}"])
def test_U10_texts_are_as_long_as_ad_lets_them_be(
    twin: TwinClient, parameter: str, field: str, limit: int, one: str
) -> None:
    units = len(one.encode("utf-16-le")) // 2
    longest = one * (limit // units)
    fits: dict[str, Any] = {parameter: longest}
    assert new_user(twin, "u10", **fits)[field] == longest
    assert done(twin.put(user("ann.lee"), ShowFields="All", **fits))[field] == longest
    too_long: dict[str, Any] = {parameter: longest + "x"}
    words = (parameter, str(limit), str(limit + 1))
    refused(twin.post(user("u10b"), **too_long), 400, *words)
    refused(twin.put(user("ann.lee"), **too_long), 400, *words)
    refused(twin.put("/api/ADUserGuid", UserGuid=details(twin, "ann.lee")["guid"], **too_long), 400, *words)
    assert details(twin, "ann.lee")[field] == longest


@pytest.mark.parametrize(
    ("parameter", "field"), [(parameter, field) for parameter, field, limit, _ in TEXTS if "Path" in parameter]
)
def test_U10_paths_have_no_limit(twin: TwinClient, parameter: str, field: str) -> None:
    long: dict[str, Any] = {parameter: "\\\\files\\" + "x" * 2000}
    assert new_user(twin, "u10", **long)[field] == long[parameter]


@pytest.mark.parametrize("text", ["nobody", "a@b@c", "no spaces here", "@", "ä@ö", "a'b\"c<d>", "%_*()\\"])
def test_U11_mail_addresses_are_not_validated(twin: TwinClient, text: str) -> None:
    assert new_user(twin, "u11", EmailAddress=text)["emailAddress"] == text
    assert details(twin, "u11")["emailAddress"] == text


def home(shown: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """The home folder of a user: local path, drive, directory."""
    return shown["homeFolderPath"], shown["homeFolderDrive"], shown["homeFolderDirectory"]


def test_U12_a_path_alone_is_a_local_home(twin: TwinClient) -> None:
    assert home(new_user(twin, "u12", HomeFolderPath=r"C:\Home")) == (r"C:\Home", None, None)


def test_U12_a_drive_and_a_directory_are_a_mapped_home(twin: TwinClient) -> None:
    made = new_user(twin, "u12", HomeFolderDrive="H:", HomeFolderDirectory=r"\\files\u12")
    assert home(made) == (None, "H:", r"\\files\u12")


def test_U12_a_drive_alone_is_allowed(twin: TwinClient) -> None:
    assert home(new_user(twin, "u12", HomeFolderDrive="h:")) == (None, "h:", None)


def test_U12_a_path_and_a_directory_exclude_each_other(twin: TwinClient) -> None:
    both: dict[str, Any] = {"HomeFolderPath": r"C:\Home", "HomeFolderDirectory": r"\\files\u12"}
    refused(twin.post(user("u12"), **both), 400, "HomeFolderPath", "HomeFolderDirectory")
    refused(twin.put(user("lars.eriksen"), **both), 400, "HomeFolderPath", "HomeFolderDirectory")
    assert home(details(twin, "lars.eriksen")) == (None, "H:", r"\\files01\home\lars.eriksen")


def test_U12_one_kind_of_home_takes_the_place_of_the_other(twin: TwinClient) -> None:
    local: dict[str, Any] = {"HomeFolderPath": r"C:\Home", "HomeFolderDrive": "", "HomeFolderDirectory": ""}
    assert home(done(twin.put(user("lars.eriksen"), ShowFields="All", **local))) == (r"C:\Home", None, None)
    mapped: dict[str, Any] = {"HomeFolderPath": "", "HomeFolderDrive": "P:", "HomeFolderDirectory": r"\\files\l"}
    assert home(done(twin.put(user("lars.eriksen"), ShowFields="All", **mapped))) == (None, "P:", r"\\files\l")
    changed = done(twin.put(user("lars.eriksen"), ShowFields="All", HomeFolderPath=r"D:\Home"))
    assert home(changed) == (r"D:\Home", "P:", None)


@pytest.mark.parametrize("drive", ["H", "H:\\", "HH:", "1:", ":", "Ä:", " H:", "H: ", "Z-"])
@pytest.mark.parametrize("parameter", ["HomeFolderDrive", "RdsHomeFolderDrive"])
def test_U12_a_drive_is_a_letter_and_a_colon(twin: TwinClient, parameter: str, drive: str) -> None:
    given: dict[str, Any] = {parameter: drive}
    refused(twin.post(user("u12"), **given), 400, parameter, "letter and a colon")
    refused(twin.put(user("ann.lee"), **given), 400, parameter, "letter and a colon")


@pytest.mark.parametrize(
    "bad",
    [
        {"Country": "Nowhere"},
        {"Initials": "1234567"},
        {"HomeFolderDrive": "HH"},
        {"HomeFolderPath": "C:", "HomeFolderDirectory": "D:"},
        {"OUPath": "nonsense"},
        {"Manager": "CN=nonsense"},
        {"Manager": "CN=,DC=x"},
        {"PasswordNeverExpired": True, "ChangePasswordNextLogon": True},
    ],
)
def test_input_is_judged_before_objects_are_looked_up(twin: TwinClient, bad: dict[str, Any]) -> None:
    absent: dict[str, Any] = {"OUPath": f"OU=Nowhere,{STAFF}", "Manager": "nobody"}
    status = 404 if bad == {"Manager": "CN=nonsense"} else 400
    refused(twin.post(user("new"), **{**absent, **bad}), status)
    refused(twin.put(user("nobody"), **bad), status)
    refused(twin.put("/api/ADUserGuid", UserGuid="00000000-0000-4000-8000-000000000000", **bad), status)


def test_objects_are_looked_up_before_rules_are_applied(twin: TwinClient) -> None:
    refused(twin.post(user("ann.lee"), Manager="nobody"), 404, "nobody")
    refused(twin.post(user("ann.lee"), OUPath=f"OU=Nowhere,{STAFF}"), 404)
    refused(twin.post(user("new"), Password="weak", Manager="nobody"), 404, "nobody")
    refused(twin.put(user("quinn.peters"), ChangePasswordNextLogon=True, OUPath=f"OU=Nowhere,{STAFF}"), 404)
    refused(twin.put(user("nobody", "/ResetPassword"), newPassword="weak"), 404, "nobody")
    refused(twin.put(user("nobody", "/ResetPassword")), 400, "newPassword")
    refused(twin.put(user("nobody", "/Rename/ann.lee")), 404, "nobody")
    refused(twin.put(user("nobody", "/Rename/a*")), 400, "a*")


def test_a_refused_change_changes_nothing(twin: TwinClient) -> None:
    inner = new_ou(twin, "Inner", STAFF)
    new_user(twin, "FILES02", OUPath=inner)
    before = twin.control("GET", "state")["kopicloud-ad.object"]
    refused(twin.put(user("ann.lee"), City="Paris", OUPath=f"CN=FILES02,{inner}"), 400)
    refused(twin.put(user("ann.lee"), City="Paris", Manager="nobody"), 404)
    refused(twin.post(user("new"), Password="weak"), 400)
    assert twin.control("GET", "state")["kopicloud-ad.object"] == before
