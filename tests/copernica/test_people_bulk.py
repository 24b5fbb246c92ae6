"""Changes of many profiles or subprofiles at once: what is matched, what is made when nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Collection, Database, made, refused
from tests.support.client import Answer, TwinClient


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A database with three profiles."""
    database = Database(twin, Name="text", Age="integer", Town={"value": "Delft"})
    twin.freeze("2026-01-05T12:00:00Z")
    for name, age in (("Ann", 1), ("Bob", 2), ("Cee", 3)):
        database.profile(Name=name, Age=age)
    twin.advance(60)
    return database


def bulk(database: Database, *filters: str, json: Any = None, form: Any = None, **query: Any) -> Answer:
    """A change of the profiles that meet filters."""
    more = {"fields[]": filters} if filters else {}
    return database.twin.put(f"{database.path}/profiles", json=json, form=form, **more, **query)


def everybody(database: Database) -> list[tuple[str, str, str]]:
    """Name, age, and minute of the last change of all."""
    shown = database.twin.get(f"{database.path}/profiles").body["data"]
    return [(one["fields"]["Name"], one["fields"]["Age"], one["modified"][11:16]) for one in shown]


BEGUN = [("Ann", "1", "12:00"), ("Bob", "2", "12:00"), ("Cee", "3", "12:00")]


@pytest.mark.parametrize("body", [{"json": {"Age": 7}}, {"form": {"Age": "7"}}])
def test_those_that_match_are_changed_and_no_others(database: Database, body: dict[str, Any]) -> None:
    answer = bulk(database, "Age>=2", **body)
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["x-location"].endswith(f"{database.path}/profiles")
    assert {"location", "x-created"}.isdisjoint(answer.headers)
    assert everybody(database) == [BEGUN[0], ("Bob", "7", "12:01"), ("Cee", "7", "12:01")]


def test_all_filters_must_hold(database: Database) -> None:
    assert bulk(database, "Age>=2", "Name!=Bob", json={"Age": 7}).status == 200
    assert everybody(database) == [*BEGUN[:2], ("Cee", "7", "12:01")]


def test_modified_moves_only_where_something_changes(database: Database) -> None:
    assert bulk(database, "id>0", json={"Age": "2", "town": "x"}).status == 200
    assert everybody(database) == [("Ann", "2", "12:01"), BEGUN[1], ("Cee", "2", "12:01")]


def test_more_than_a_page_is_changed(database: Database) -> None:
    keys = [database.profile(Age=50) for _ in range(120)]
    assert bulk(database, "Age==50", json={"Age": 51}, limit=5).status == 200
    assert database.twin.get(f"{database.path}/profiles", **{"fields[]": "Age==51"}).body["total"] == len(keys)


@pytest.mark.parametrize(
    "filters", [{}, {"fields[]": ""}, {"Fields[]": "Age>0"}, {"fields": ""}, {"fields[x][y]": "Age>0"}]
)
def test_without_a_filter_nobody_is_changed(database: Database, filters: dict[str, str]) -> None:
    message = refused(database.twin.put(f"{database.path}/profiles", json={"Age": 7}, **filters))
    assert message.startswith("fields[]: missing")
    assert everybody(database) == BEGUN


@pytest.mark.parametrize("filters", [["Age"], ["Age>0", "nothing==1"], ["Age~=1"], ["age>0"]])
def test_a_filter_that_is_not_understood_changes_nobody(database: Database, filters: list[str]) -> None:
    refused(bulk(database, *filters, json={"Age": 7}, create=1))
    assert everybody(database) == BEGUN


def test_when_nobody_matches_nobody_is_made_unless_that_is_wanted(database: Database) -> None:
    for query in ({}, {"create": 0}, {"create": "false"}, {"create": "no"}, {"Create": 1}):
        assert bulk(database, "Name==Dan", json={"Name": "Dan"}, **query).status == 200
    assert everybody(database) == BEGUN


@pytest.mark.parametrize("word", ["1", "true", "yes"])
def test_one_is_made_of_the_body_when_nobody_matches(database: Database, word: str) -> None:
    answer = bulk(database, "Name==Dan", json={"Name": "Dan", "Age": 4}, create=word)
    assert (answer.status, answer.content) == (303, b"")
    key = made(answer)
    assert answer.headers["location"] == answer.headers["x-location"]
    assert answer.headers["location"].endswith(f"/v1/profile/{key}")
    assert database.values(key) == {"Name": "Dan", "Age": "4", "Town": "Delft"}
    assert everybody(database) == [*BEGUN, ("Dan", "4", "12:01")]


def test_nobody_is_made_when_somebody_matches(database: Database) -> None:
    assert bulk(database, "Name==Ann", json={"Age": 9}, create=1).status == 200
    assert everybody(database) == [("Ann", "9", "12:01"), *BEGUN[1:]]


@pytest.mark.parametrize("word", ["0", "1", "true", "false"])
def test_an_asynchronous_change_is_done_at_once(database: Database, word: str) -> None:
    answer = database.twin.put(f"{database.path}/profiles", json={"Age": 9}, **{"fields[]": "Name==Ann", "async": word})
    assert answer.status == 200
    assert everybody(database) == [("Ann", "9", "12:01"), *BEGUN[1:]]


@pytest.mark.parametrize("query", [{"create": "maybe"}, {"async": "2"}, {"create": "TRUE"}])
def test_other_words_are_refused(database: Database, query: dict[str, str]) -> None:
    refused(database.twin.put(f"{database.path}/profiles", json={"Age": 7}, **{"fields[]": "Age>0"}, **query))
    assert everybody(database) == BEGUN


@pytest.mark.parametrize("body", [None, {}, [], {"nothing": 1}])
def test_a_body_without_values_changes_nothing(database: Database, body: Any) -> None:
    assert bulk(database, "Age>0", json=body).status == 200
    assert everybody(database) == BEGUN


def test_post_at_the_same_address_makes_one_whatever_the_query_says(database: Database) -> None:
    answer = database.twin.post(f"{database.path}/profiles", json={"Name": "Ann"}, **{"fields[]": "Name==Ann"})
    assert answer.status == 201
    assert everybody(database) == [*BEGUN, ("Ann", "0", "12:01")]


class Orders:
    """Subprofiles of two profiles in one collection."""

    def __init__(self, database: Database) -> None:
        self.twin, self.database = database.twin, database
        self.collection: Collection = database.collection(Product="text", Price="integer")
        self.ann, self.bob = database.profile(), database.profile()
        for owner, price in ((self.ann, 1), (self.ann, 2), (self.bob, 2)):
            self.collection.subprofile(owner, Price=price)
        self.path = f"/v1/profile/{self.ann}/subprofiles/{self.collection.id}"

    def prices(self) -> list[str]:
        """Of all subprofiles."""
        return [one["fields"]["Price"] for one in self.twin.get(f"{self.collection.path}/subprofiles").body["data"]]


@pytest.fixture
def orders(database: Database) -> Orders:
    """Such a collection."""
    return Orders(database)


@pytest.mark.parametrize("body", [{"json": {"Price": 9}}, {"form": {"Price": "9"}}])
def test_subprofiles_of_one_profile_are_changed(orders: Orders, body: dict[str, Any]) -> None:
    answer = orders.twin.put(orders.path, **{"fields[]": "Price==2"}, **body)
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["x-location"].endswith(orders.path)
    assert orders.prices() == ["1", "9", "2"]


def test_a_subprofile_is_made_when_none_of_the_profile_matches(orders: Orders) -> None:
    query = {"fields[]": "Price==3", "create": "1"}
    answer = orders.twin.put(orders.path, json={"Price": 3, "Product": "Tea"}, **query)
    key = made(answer)
    assert answer.status == 303
    assert answer.headers["location"].endswith(f"/v1/subprofile/{key}")
    assert orders.collection.read(key)["profile"] == orders.ann
    assert orders.prices() == ["1", "2", "2", "3"]
    assert orders.twin.put(orders.path, json={"Price": 4}, **query).status == 200
    assert orders.prices() == ["1", "2", "2", "4"]


def test_without_a_filter_no_subprofile_is_changed(orders: Orders) -> None:
    for query in ({}, {"create": "1"}):
        refused(orders.twin.put(orders.path, json={"Price": 9}, **query))
    for text in ("Price", "Name==x", "Age>0"):
        refused(orders.twin.put(orders.path, json={"Price": 9}, **{"fields[]": text, "create": "1"}))
    assert orders.prices() == ["1", "2", "2"]


def test_post_at_the_address_of_subprofiles_makes_one(orders: Orders) -> None:
    answer = orders.twin.post(orders.path, json={"Price": 2}, **{"fields[]": "Price==2"})
    assert answer.status == 201
    assert orders.prices() == ["1", "2", "2", "2"]
