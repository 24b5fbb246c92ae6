"""ShowFields: which fields of users an answer holds (section 10)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import SALES, details, done, new_user, user
from tests.support.client import Answer, TwinClient

DEFAULT = {
    "username",
    "firstName",
    "lastName",
    "displayName",
    "description",
    "company",
    "office",
    "department",
    "emailAddress",
}
OTHERS = {
    "samUsername",
    "initials",
    "ouPath",
    "changePasswordNextLogon",
    "passwordNeverExpired",
    "jobTitle",
    "manager",
    "streetAddress",
    "streetPoBox",
    "city",
    "state",
    "postalCode",
    "country",
    "officePhone",
    "homePhone",
    "mobilePhone",
    "profilePath",
    "profileLogonScript",
    "homeFolderPath",
    "homeFolderDrive",
    "homeFolderDirectory",
    "rdsProfilePath",
    "rdsHomeFolderPath",
    "rdsHomeFolderDrive",
    "rdsConnectDrive",
    "rdsAllowLogon",
}
INTERNAL = {"_IncludeAllProperties", "_ShowFields"}
ALWAYS = {"guid", *INTERNAL}

#: Every call that returns a user, or a list of them; the last ones delete.
CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/api/ADUser/ListUsers", {"OUPath": SALES}),
    ("GET", "/api/ADUser/ListUsers/All", {}),
    ("GET", "/api/ADUser/dirk.jansen/Details", {}),
    ("GET", "/api/ADUserGuid", {"UserGuid": ""}),
    ("POST", "/api/ADUser/fresh", {"City": "Paris"}),
    ("PUT", "/api/ADUser/dirk.jansen", {"City": "Paris"}),
    ("PUT", "/api/ADUserGuid", {"UserGuid": "", "City": "Paris"}),
    ("PUT", "/api/ADUser/dirk.jansen/Disable", {}),
    ("PUT", "/api/ADUser/dirk.jansen/Enable", {}),
    ("PUT", "/api/ADUser/dirk.jansen/Unlock", {}),
    ("PUT", "/api/ADUser/dirk.jansen/ResetPassword", {"newPassword": "Winter-2026"}),
    ("PUT", "/api/ADUser/dirk.jansen/Rename/dirk.j", {}),
    ("DELETE", "/api/ADUser/dirk.jansen", {}),
    ("DELETE", "/api/ADUserGuid", {"UserGuid": ""}),
)
IDS = [f"{method} {path.removeprefix('/api/')}" for method, path, _ in CALLS]


def shown(answer: Answer) -> list[dict[str, Any]]:
    """The users of an answer, one or many."""
    result = done(answer)
    return result if isinstance(result, list) else [result]


def fields(twin: TwinClient, show_fields: str) -> set[str]:
    """The fields of a user selected by a value."""
    return set(done(twin.get(user("dirk.jansen", "/Details"), ShowFields=show_fields))) - INTERNAL


@pytest.mark.parametrize(("method", "place", "given"), CALLS, ids=IDS)
@pytest.mark.parametrize(
    ("show_fields", "expected"),
    [
        (None, DEFAULT),
        ("", DEFAULT),
        ("All", DEFAULT | OTHERS),
        ("*", DEFAULT | OTHERS),
        ("City", {"city"}),
        ("Username,Job_Title", {"username", "jobTitle"}),
    ],
)
def test_every_call_that_returns_users_shows_what_is_selected(
    twin: TwinClient,
    method: str,
    place: str,
    given: dict[str, Any],
    show_fields: str | None,
    expected: set[str],
) -> None:
    guid = details(twin, "dirk.jansen")["guid"]
    sent = {**given, **({"UserGuid": guid} if "UserGuid" in given else {})}
    if show_fields is not None:
        sent["ShowFields"] = show_fields
    users = shown(twin.call(method, place, **sent))
    assert {frozenset(one) for one in users} == {frozenset(expected | ALWAYS)}
    assert place.endswith("fresh") or guid in {one["guid"] for one in users}


@pytest.mark.parametrize("show_fields", [",", " ", " , ,", ",,"])
def test_a_list_of_nothing_is_the_default(twin: TwinClient, show_fields: str) -> None:
    assert fields(twin, show_fields) == DEFAULT | {"guid"}


@pytest.mark.parametrize("show_fields", ["all", "ALL", " All ", "City,All", "*,City", "nonsense,*", "City, *"])
def test_all_among_other_names_is_all(twin: TwinClient, show_fields: str) -> None:
    assert fields(twin, show_fields) == DEFAULT | OTHERS | {"guid"}


@pytest.mark.parametrize("name", sorted(DEFAULT | OTHERS))
def test_every_field_can_be_selected_alone_in_any_spelling(twin: TwinClient, name: str) -> None:
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in name)
    for spelling in (name, name.upper(), name.lower(), words, words.title(), words.replace("_", " "), f" {name} "):
        assert fields(twin, spelling) == {name, "guid"}, spelling


@pytest.mark.parametrize(
    "show_fields", ["nonsense", "cit", "city2", "givenName", "guid", "Guid", "_ShowFields", "password"]
)
def test_unknown_names_are_ignored(twin: TwinClient, show_fields: str) -> None:
    assert fields(twin, show_fields) == {"guid"}
    assert fields(twin, f"{show_fields},City") == {"city", "guid"}


def test_a_name_may_be_given_twice(twin: TwinClient) -> None:
    assert fields(twin, "City,city,CITY,C_ity") == {"city", "guid"}


def test_unselected_fields_are_left_out_and_unset_ones_are_null(twin: TwinClient) -> None:
    new_user(twin, "bare")
    shown_user = done(twin.get(user("bare", "/Details"), ShowFields="City,RdsAllowLogon,Manager"))
    assert {name: shown_user[name] for name in ("city", "rdsAllowLogon", "manager")} == {
        "city": None,
        "rdsAllowLogon": True,
        "manager": None,
    }
    assert set(shown_user) == {"guid", "city", "rdsAllowLogon", "manager"} | INTERNAL


@pytest.mark.parametrize(
    ("show_fields", "everything", "names"),
    [
        ("", False, None),
        ("All", True, None),
        ("*", True, None),
        ("City, Job_Title", False, ["City", "Job_Title"]),
        ("nonsense", False, ["nonsense"]),
    ],
)
def test_the_internal_fields_tell_what_was_asked(
    twin: TwinClient, show_fields: str, everything: bool, names: list[str] | None
) -> None:
    shown_user = done(twin.get(user("ann.lee", "/Details"), ShowFields=show_fields))
    assert (shown_user["_IncludeAllProperties"], shown_user["_ShowFields"]) == (everything, names)


def test_what_is_shown_does_not_affect_what_is_stored(twin: TwinClient) -> None:
    before = details(twin, "dirk.jansen")
    twin.put(user("dirk.jansen"), City="Paris", State="Ile-de-France", ShowFields="City")
    assert details(twin, "dirk.jansen") == {**before, "city": "Paris", "state": "Ile-de-France"}
    twin.post(user("fresh"), City="Paris", Description="kept", ShowFields="City")
    assert details(twin, "fresh")["description"] == "kept"


def test_keys_are_spelled_exactly_as_promised(twin: TwinClient) -> None:
    assert set(details(twin, "dirk.jansen")) == DEFAULT | OTHERS | ALWAYS
