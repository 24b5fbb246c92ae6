"""Profiles: made, read, changed and deleted, one by one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.copernica.people import Database, made, refused
from tests.support.client import TwinClient

NOON, LATER = "2026-01-05 12:00:00", "2026-01-05 12:01:00"


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A database with a few fields, at noon."""
    twin.freeze("2026-01-05T12:00:00Z")
    return Database(twin, Name="text", Age="integer", title="text")


def test_a_profile_is_read_as_it_was_made(database: Database) -> None:
    answer = database.twin.post(f"{database.path}/profiles", json={"Name": "Zoë", "Age": 40})
    key = made(answer)
    assert answer.content == b""
    assert answer.headers["x-location"] == answer.headers["location"]
    assert answer.headers["location"].endswith(f"/v1/profile/{key}")
    shown = database.read(key)
    secret = shown.pop("secret")
    assert shown == {
        "ID": key, "fields": {"Name": "Zoë", "Age": "40", "title": ""}, "interests": [], "database": database.id,
        "created": NOON, "modified": NOON,
    }  # fmt: skip
    assert re.fullmatch("[0-9a-f]{32}", secret)
    assert database.twin.get(f"/v1/profile/{key}/fields").body == shown["fields"]


def test_no_body_and_an_empty_one_make_a_profile_of_defaults(database: Database) -> None:
    bodies: list[dict[str, Any]] = [{}, {"json": {}}, {"json": []}]
    answers = [database.twin.post(f"{database.path}/profiles", **body) for body in bodies]
    assert [database.values(made(answer)) for answer in answers] == [{"Name": "", "Age": "0", "title": ""}] * 3


def test_secrets_and_ids_are_never_given_twice(database: Database) -> None:
    other = Database(database.twin, "Shops")
    keys = [database.profile(), other.profile(), database.profile()]
    assert len(set(keys)) == 3
    assert keys == sorted(keys, key=int)
    assert len({database.read(key)["secret"] for key in keys}) == 3
    assert database.twin.delete(f"/v1/profile/{keys[2]}").status == 200
    assert int(database.profile()) > int(keys[2])


@pytest.mark.parametrize("body", ["json", "form"])
def test_only_the_exact_name_of_a_field_has_an_effect(database: Database, body: str) -> None:
    given = {
        "name": "x",
        "NAME": "x",
        "Title": "x",
        "Name ": "x",
        "ID": "9",
        "secret": "x",
        "modified": "x",
        "Age": "3",
    }
    key = made(database.twin.post(f"{database.path}/profiles", **{body: given}))
    assert key != "9"
    assert database.values(key) == {"Name": "", "Age": "3", "title": ""}
    assert database.read(key)["secret"] != "x"
    database.twin.advance(60)
    assert database.twin.put(f"/v1/profile/{key}/fields", **{body: {"name": "x", "Title": "y"}}).status == 200
    assert database.twin.put(f"/v1/profile/{key}", **{body: {"Fields[Name]": "x", "Secret": "x"}}).status == 200
    assert database.values(key) == {"Name": "", "Age": "3", "title": ""}
    assert database.read(key)["modified"] == NOON


def test_fields_are_not_wrapped_when_a_profile_is_made(database: Database) -> None:
    refused(database.twin.post(f"{database.path}/profiles", json={"fields": {"Name": "Ann"}, "interests": []}))


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("body", [{"json": {"Name": "Bob", "Age": 5}}, {"form": {"Name": "Bob", "Age": "5"}}])
def test_values_are_changed_and_the_others_stay(database: Database, method: str, body: dict[str, Any]) -> None:
    key = database.profile(Name="Ann", title="Dr")
    database.twin.advance(60)
    answer = database.twin.call(method, f"/v1/profile/{key}/fields", **body)
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["x-location"].endswith(f"/v1/profile/{key}")
    assert {"x-created", "location"}.isdisjoint(answer.headers)
    shown = database.read(key)
    assert shown["fields"] == {"Name": "Bob", "Age": "5", "title": "Dr"}
    assert (shown["created"], shown["modified"]) == (NOON, LATER)


@pytest.mark.parametrize(
    "body",
    [
        {"fields": {"Name": "Ann", "Age": "040"}}, {"fields": {"Age": 40.9}}, {"fields": {"nothing": "x"}}, {},
        {"fields": {}}, {"fields": []}, {"interests": ["tennis"]}, {"interests": {"tennis": 1, "chess": 0}},
        {"secret": "s3cret"}, {"ID": "99", "created": "x", "database": "3"},
    ],
)  # fmt: skip
def test_what_changes_nothing_leaves_modified(database: Database, body: dict[str, Any]) -> None:
    for name in ("tennis", "chess"):
        database.interest(name)
    key = database.profile(Name="Ann", Age=40)
    begun = {"interests": ["tennis"], "secret": "s3cret"}
    assert database.twin.put(f"/v1/profile/{key}", json=begun).status == 200
    before = database.read(key)
    database.twin.advance(60)
    assert database.twin.put(f"/v1/profile/{key}", json=body).status == 200
    assert database.read(key) == before


@pytest.mark.parametrize(
    "body", [{"fields": {"Name": "Bob"}}, {"interests": []}, {"interests": ["chess"]}, {"secret": "other"}]
)
def test_what_changes_anything_moves_modified(database: Database, body: dict[str, Any]) -> None:
    for name in ("tennis", "chess"):
        database.interest(name)
    key = database.profile(Name="Ann")
    assert database.twin.put(f"/v1/profile/{key}", json={"interests": ["tennis"]}).status == 200
    database.twin.advance(60)
    assert database.twin.put(f"/v1/profile/{key}", json=body).status == 200
    assert database.read(key)["modified"] == LATER


@pytest.mark.parametrize("value", [[], {}, ["x"], {"a": "b"}, [[]]])
def test_a_list_or_map_is_no_value(database: Database, value: Any) -> None:
    key = database.profile(Name="Ann")
    path, body = f"{database.path}/profiles", {"Age": 3, "Name": value}
    refused(database.twin.post(path, json=body))
    refused(database.twin.put(path, json=body, **{"fields[]": "id>0"}))
    refused(database.twin.put(f"/v1/profile/{key}/fields", json=body))
    refused(database.twin.put(f"/v1/profile/{key}", json={"fields": body}))
    for name in ("Name[]", "Name[a]"):
        refused(database.twin.post(path, form={"Age": "3", name: "x"}))
        refused(database.twin.put(f"/v1/profile/{key}/fields", form={"Age": "3", name: "x"}))
    assert database.twin.get(f"{database.path}/profileids").body == [key]
    assert database.values(key) == {"Name": "Ann", "Age": "0", "title": ""}


def test_all_profiles_of_a_database_are_never_deleted(database: Database) -> None:
    key = database.profile()
    for path in (f"{database.path}/profiles", f"{database.path}/profileids", f"/v1/profile/{key}/interests"):
        refused(database.twin.delete(path))
    assert database.twin.get(f"{database.path}/profileids").body == [key]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_fields_interests_and_secret_are_changed_at_once(database: Database, method: str) -> None:
    for name in ("tennis", "chess"):
        database.interest(name)
    key = database.profile(Name="Ann", Age=40)
    body = {"fields": {"Name": "Bob"}, "interests": {"chess": True}, "secret": "not hexadecimal"}
    answer = database.twin.call(method, f"/v1/profile/{key}", json=body)
    assert (answer.status, answer.headers["x-location"].rpartition("/v1")[2]) == (200, f"/profile/{key}")
    shown = database.read(key)
    assert shown["fields"] == {"Name": "Bob", "Age": "40", "title": ""}
    assert (shown["interests"], shown["secret"]) == (["chess"], "not hexadecimal")


def test_a_form_has_them_in_brackets(database: Database) -> None:
    for name in ("tennis", "chess"):
        database.interest(name)
    key = database.profile(Name="Ann")
    form = {"fields[Name]": "Bob", "fields[Age]": "7", "interests[]": ["tennis", "chess"], "secret": "s"}
    assert database.twin.put(f"/v1/profile/{key}", form=form).status == 200
    shown = database.read(key)
    assert (shown["fields"]["Name"], shown["fields"]["Age"], shown["secret"]) == ("Bob", "7", "s")
    assert shown["interests"] == ["tennis", "chess"]
    assert (
        database.twin.put(f"/v1/profile/{key}", form={"interests[chess]": "0", "interests[tennis]": "1"}).status == 200
    )
    assert database.read(key)["interests"] == ["tennis"]


def test_a_refused_change_changes_nothing(database: Database) -> None:
    key = database.profile(Name="Ann")
    before = database.read(key)
    refused(database.twin.put(f"/v1/profile/{key}", json={"fields": {"Name": "Bob"}, "interests": ["nothing"]}))
    assert database.read(key) == before


def test_a_deleted_profile_is_gone_with_its_subprofiles(database: Database) -> None:
    collection = database.collection(Product="text")
    key, other = database.profile(), database.profile()
    mine, theirs = collection.subprofile(key), collection.subprofile(other)
    answer = database.twin.delete(f"/v1/profile/{key}")
    assert (answer.status, answer.content, answer.headers["x-deleted"]) == (200, b"", f"profile {key}")
    assert "x-location" not in answer.headers
    for path in (f"/v1/profile/{key}", f"/v1/profile/{key}/fields", f"/v1/subprofile/{mine}"):
        refused(database.twin.get(path))
    refused(database.twin.put(f"/v1/profile/{key}/fields", json={"Name": "x"}))
    again = database.twin.delete(f"/v1/profile/{key}")
    assert (again.status, again.content, "x-deleted" in again.headers) == (204, b"", False)
    assert collection.read(theirs)["profile"] == other
    assert database.twin.get(f"{database.path}/profileids").body == [other]
    assert database.twin.get(f"{collection.path}/subprofileids").body == [theirs]


def test_a_body_of_a_deletion_is_ignored(database: Database) -> None:
    key = database.profile()
    assert (
        database.twin.delete(f"/v1/profile/{key}", raw=b"[", headers={"content-type": "application/json"}).status == 200
    )


#: Every operation on one profile.
OPERATIONS = (
    ("GET", "/v1/profile/{}"), ("PUT", "/v1/profile/{}"), ("GET", "/v1/profile/{}/fields"),
    ("PUT", "/v1/profile/{}/fields"), ("GET", "/v1/profile/{}/interests"), ("POST", "/v1/profile/{}/interests"),
    ("PUT", "/v1/profile/{}/interests"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_unknown_profile_and_that_of_another_account_are_refused_alike(
    database: Database, other: TwinClient, method: str, path: str
) -> None:
    theirs = Database(other, Name="text").profile(Name="Ann")
    unknown, foreign = (database.twin.call(method, path.format(key)) for key in ("999999", theirs))
    assert refused(unknown).replace("999999", theirs) == refused(foreign)
    assert other.get(f"/v1/profile/{theirs}").body["fields"] == {"Name": "Ann"}


def test_another_account_deletes_nothing(database: Database, other: TwinClient) -> None:
    key = database.profile()
    assert other.delete(f"/v1/profile/{key}").status == 204
    assert database.read(key)["ID"] == key
    for path in (f"{database.path}/profiles", f"{database.path}/profileids"):
        refused(other.get(path))
    refused(other.post(f"{database.path}/profiles", json={}))
    refused(other.put(f"{database.path}/profiles", json={}, **{"fields[]": "id>0"}))


@pytest.mark.parametrize("key", ["x", "-1", "1.0", "%20", "1e3", "9" * 400, "007", "٣"])
@pytest.mark.parametrize(("method", "path"), [*OPERATIONS, ("DELETE", "/v1/profile/{}")])
def test_what_is_no_id_is_refused(database: Database, method: str, path: str, key: str) -> None:
    answer = database.twin.call(method, path.format(key))
    assert answer.status == 204 if method == "DELETE" and key.isascii() and key.isdigit() else refused(answer)


def test_a_database_may_be_named_by_its_name(database: Database) -> None:
    key = made(database.twin.post("/v1/database/People/profiles", json={"Name": "Ann"}))
    assert database.read(key)["database"] == database.id
    assert database.twin.get("/v1/database/People/profileids").body == [key]
    changed = database.twin.put("/v1/database/People/profiles", json={"Name": "Bob"}, **{"fields[]": "Name==Ann"})
    assert changed.headers["x-location"].endswith(f"/v1{database.path[3:]}/profiles")
    assert database.values(key)["Name"] == "Bob"


def test_strict_keys_refuse_unknown_fields(database: Database) -> None:
    key = database.profile(Name="Ann")
    database.twin.settings(strict_keys=True)
    for answer in (
        database.twin.post(f"{database.path}/profiles", json={"Name": "x", "Titel": "x"}),
        database.twin.put(f"/v1/profile/{key}/fields", json={"Name": "x", "Titel": "x"}),
        database.twin.put(f"/v1/profile/{key}", json={"fields": {"Name": "x", "Titel": "x"}}),
        database.twin.put(f"{database.path}/profiles", json={"Name": "x", "Titel": "x"}, **{"fields[]": "id>0"}),
    ):
        message = refused(answer)
        assert "Titel" in message
        assert "title" in message
    assert database.twin.put(f"/v1/profile/{key}/fields", json={"Name": "Bob"}).status == 200
    assert database.twin.get(f"{database.path}/profileids").body == [key]
    assert database.values(key)["Name"] == "Bob"
