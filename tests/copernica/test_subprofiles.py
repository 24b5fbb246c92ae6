"""Subprofiles: made, read, changed and deleted, one by one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.copernica.people import Collection, Database, made, refused
from tests.support.client import TwinClient

NOON, LATER = "2026-01-05 12:00:00", "2026-01-05 12:01:00"


class Shop:
    """A database with a collection, and a profile, at noon."""

    def __init__(self, twin: TwinClient) -> None:
        twin.freeze("2026-01-05T12:00:00Z")
        self.twin, self.database = twin, Database(twin, Name="text")
        self.collection: Collection = self.database.collection(Product="text", Price="float", Sent="empty_date")
        self.owner = self.database.profile()
        self.path = f"/v1/profile/{self.owner}/subprofiles/{self.collection.id}"


@pytest.fixture
def shop(twin: TwinClient) -> Shop:
    """Such a database."""
    return Shop(twin)


@pytest.mark.parametrize(
    "body", [{"json": {"Product": "Té", "Price": 2.5}}, {"form": {"Product": "Té", "Price": "2.50"}}]
)
def test_a_subprofile_is_read_as_it_was_made(shop: Shop, body: dict[str, Any]) -> None:
    answer = shop.twin.post(shop.path, **body)
    key = made(answer)
    assert (answer.status, answer.content) == (201, b"")
    assert answer.headers["x-location"] == answer.headers["location"]
    assert answer.headers["location"].endswith(f"/v1/subprofile/{key}")
    shown = shop.collection.read(key)
    assert re.fullmatch("[0-9a-f]{32}", shown.pop("secret"))
    fields = {"Product": "Té", "Price": "2.5", "Sent": ""}
    assert shown == {
        "ID": key, "fields": fields, "profile": shop.owner, "collection": shop.collection.id, "interests": [],
        "created": NOON, "modified": NOON,
    }  # fmt: skip
    assert shop.twin.get(f"/v1/subprofile/{key}/fields").body == fields


def test_lists_show_the_same_but_for_interests(shop: Shop) -> None:
    shown = shop.collection.read(shop.collection.subprofile(shop.owner, Product="Tea"))
    del shown["interests"]
    for path in (shop.path, f"{shop.collection.path}/subprofiles"):
        assert shop.twin.get(path).body == {"start": 0, "limit": 100, "count": 1, "total": 1, "data": [shown]}


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    "body", [{"json": {"Product": "Tea", "product": "x"}}, {"form": {"Product": "Tea", "PRICE": "9"}}]
)
def test_values_are_changed_and_the_others_stay(shop: Shop, method: str, body: dict[str, Any]) -> None:
    key = shop.collection.subprofile(shop.owner, Product="Coffee", Price=3)
    shop.twin.advance(60)
    answer = shop.twin.call(method, f"/v1/subprofile/{key}/fields", **body)
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["x-location"].endswith(f"/v1/subprofile/{key}")
    shown = shop.collection.read(key)
    assert shown["fields"] == {"Product": "Tea", "Price": "3", "Sent": ""}
    assert (shown["created"], shown["modified"]) == (NOON, LATER)
    assert shop.database.read(shop.owner)["modified"] == NOON


@pytest.mark.parametrize("body", [{}, {"Price": "3.0"}, {"Sent": "soon"}, {"Price": 3, "nothing": 1}, {"profile": "9"}])
def test_what_changes_nothing_leaves_modified(shop: Shop, body: dict[str, Any]) -> None:
    key = shop.collection.subprofile(shop.owner, Price=3)
    before = shop.collection.read(key)
    shop.twin.advance(60)
    assert shop.twin.put(f"/v1/subprofile/{key}/fields", json=body).status == 200
    assert shop.collection.read(key) == before


def test_a_deleted_subprofile_is_gone(shop: Shop) -> None:
    key, other = (shop.collection.subprofile(shop.owner) for _ in range(2))
    answer = shop.twin.delete(f"/v1/subprofile/{key}")
    assert (answer.status, answer.content, answer.headers["x-deleted"]) == (200, b"", f"subprofile {key}")
    for method, path in (("GET", ""), ("GET", "/fields"), ("PUT", "/fields")):
        refused(shop.twin.call(method, f"/v1/subprofile/{key}{path}"))
    again = shop.twin.delete(f"/v1/subprofile/{key}")
    assert (again.status, again.content, "x-deleted" in again.headers) == (204, b"", False)
    assert shop.twin.get(f"{shop.collection.path}/subprofileids").body == [other]
    assert shop.database.read(shop.owner)["ID"] == shop.owner
    assert int(shop.collection.subprofile(shop.owner)) > int(other)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_collection_of_another_database_is_unknown_to_a_profile(shop: Shop, method: str) -> None:
    elsewhere = Database(shop.twin, "Elsewhere").collection(Product="text")
    filters: dict[str, Any] = {"fields[]": "Product=="} if method == "PUT" else {}
    for key in (elsewhere.id, "999999"):
        refused(shop.twin.call(method, f"/v1/profile/{shop.owner}/subprofiles/{key}", json={}, **filters))
    assert shop.twin.get(f"{elsewhere.path}/subprofileids").body == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/subprofile/{key}"), ("GET", "/v1/subprofile/{key}/fields"), ("PUT", "/v1/subprofile/{key}/fields"),
     ("GET", "/v1/collection/{collection}/subprofiles"), ("GET", "/v1/collection/{collection}/subprofileids"),
     ("GET", "/v1/profile/{owner}/subprofiles/{collection}"), ("POST", "/v1/profile/{owner}/subprofiles/{collection}"),
     ("PUT", "/v1/profile/{owner}/subprofiles/{collection}?fields[]=id>0")],
)  # fmt: skip
def test_another_account_reaches_none_of_it(shop: Shop, other: TwinClient, method: str, path: str) -> None:
    key = shop.collection.subprofile(shop.owner, Product="Tea")
    names = {"key": key, "collection": shop.collection.id, "owner": shop.owner}
    bare, _, query = path.format(**names).partition("?")
    more: dict[str, Any] = {"fields[]": "id>0"} if query else {}
    foreign = other.call(method, bare, json=None if method == "GET" else {"Product": "x"}, **more)
    gone = dict.fromkeys(names, "999999")
    unknown = other.call(method, path.format(**gone).partition("?")[0], **more)
    message = refused(foreign)
    for value in names.values():
        message = message.replace(repr(value), "'999999'")
    assert message == refused(unknown)
    assert other.delete(f"/v1/subprofile/{key}").status == 204
    assert shop.collection.read(key)["fields"]["Product"] == "Tea"


@pytest.mark.parametrize("key", ["x", "-1", "1.0", "9" * 400, "007"])
def test_what_is_no_id_is_refused(shop: Shop, key: str) -> None:
    for path in (f"/v1/subprofile/{key}", f"/v1/subprofile/{key}/fields", f"/v1/collection/{key}/subprofiles"):
        refused(shop.twin.get(path))
    assert shop.twin.delete(f"/v1/subprofile/{key}").status == (204 if key.isdigit() else 400)


def test_strict_keys_refuse_unknown_fields(shop: Shop) -> None:
    key = shop.collection.subprofile(shop.owner, Product="Tea")
    shop.twin.settings(strict_keys=True)
    for answer in (
        shop.twin.post(shop.path, json={"Name": "x"}),
        shop.twin.put(f"/v1/subprofile/{key}/fields", json={"product": "x"}),
        shop.twin.put(shop.path, json={"Product": "x", "Cost": 1}, **{"fields[]": "id>0"}),
    ):
        assert "unknown field" in refused(answer)
    assert shop.twin.get(f"{shop.collection.path}/subprofileids").body == [key]
    assert shop.collection.read(key)["fields"]["Product"] == "Tea"


def test_profiles_and_subprofiles_each_have_ids_of_the_account(shop: Shop) -> None:
    other = Database(shop.twin, "Other")
    second = other.collection(Product="text")
    keys = [
        shop.collection.subprofile(shop.owner),
        second.subprofile(other.profile()),
        shop.collection.subprofile(shop.owner),
    ]
    assert len(set(keys)) == 3
