"""Lists of profiles and subprofiles: parts, totals, orders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.people import Database, refused
from tests.support.client import TwinClient


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A database without profiles."""
    return Database(twin, Name="text", Age="integer", Score="float", Born="date", Last="empty_datetime")


def batch(database: Database, **query: Any) -> dict[str, Any]:
    """One part of the list of profiles."""
    answer = database.twin.get(f"{database.path}/profiles", **query)
    assert answer.status == 200, answer.body
    shown: dict[str, Any] = answer.body
    return shown


def names(database: Database, **query: Any) -> list[str]:
    """Names of the profiles in one part."""
    return [one["fields"]["Name"] for one in batch(database, **query)["data"]]


def test_an_empty_list_has_its_envelope(database: Database) -> None:
    assert batch(database) == {"start": 0, "limit": 100, "count": 0, "total": 0, "data": []}
    assert database.twin.get(f"{database.path}/profileids").body == []


def test_items_are_shown_as_one_by_one(database: Database) -> None:
    keys = [database.profile(Name="Ann"), database.profile(Age=3)]
    assert batch(database)["data"] == [database.read(key) for key in keys]


@pytest.mark.parametrize(
    ("query", "start", "limit", "kept"),
    [
        ({}, 0, 100, "abcdefg"), ({"limit": 3}, 0, 3, "abc"), ({"start": 2, "limit": 3}, 2, 3, "cde"),
        ({"start": 5, "limit": 5}, 5, 5, "fg"), ({"start": 7}, 7, 100, ""), ({"start": 10**15}, 10**15, 100, ""),
        ({"limit": 0}, 0, 0, ""), ({"limit": 1000}, 0, 100, "abcdefg"), ({"limit": 10**15}, 0, 100, "abcdefg"),
        ({"start": "", "limit": ""}, 0, 100, "abcdefg"), ({"Start": 3, "LIMIT": 1}, 0, 100, "abcdefg"),
    ],
)  # fmt: skip
def test_parts(database: Database, query: dict[str, Any], start: int, limit: int, kept: str) -> None:
    for name in "abcdefg":
        database.profile(Name=name)
    for more in ({}, {"fields[]": "Name<z"}, {"orderby": "Name"}):
        shown = batch(database, **query, **more)
        assert [one["fields"]["Name"] for one in shown["data"]] == list(kept)
        assert (shown["start"], shown["limit"], shown["count"], shown["total"]) == (start, limit, len(kept), 7)


def test_a_part_has_a_hundred_at_most(database: Database) -> None:
    keys = [database.profile() for _ in range(103)]
    for query in ({}, {"limit": 200}):
        shown = batch(database, **query)
        assert (shown["limit"], shown["count"], shown["total"]) == (100, 100, 103)
        assert [one["ID"] for one in shown["data"]] == keys[:100]
    assert [one["ID"] for one in batch(database, start=100)["data"]] == keys[100:]
    assert database.twin.get(f"{database.path}/profileids").body == keys


@pytest.mark.parametrize("word", ["true", "1", "yes", "false", "0", "no"])
def test_total_is_left_out_on_demand(database: Database, word: str) -> None:
    database.profile()
    assert ("total" in batch(database, total=word)) == (word in ("true", "1", "yes"))


@pytest.mark.parametrize(
    "query",
    [{"start": -1}, {"limit": -1}, {"start": "x"}, {"limit": "1.5"}, {"limit": "1e2"}, {"start": "٣"},
     {"total": "maybe"}, {"total": "TRUE"}, {"start": "9" * 50}, {"limit": "0x10"}],
)  # fmt: skip
def test_other_numbers_and_words_are_refused(database: Database, query: dict[str, Any]) -> None:
    assert refused(database.twin.get(f"{database.path}/profiles", **query)).startswith(next(iter(query)))


#: Name, age, score, date, moment: each column has an order of its own.
PEOPLE = (
    ("b", 10, 2.5, "2024-01-01", "2024-01-01 10:00:00"), ("a", 9, 10, "1999-12-31", ""), ("c", -5, -1, "", ""),
    ("B", 100, 2.45, "2024-01-01", "2023-01-01 10:00:00"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ({}, "bacB"), ({"orderby": "id"}, "bacB"), ({"orderby": "id", "order": "desc"}, "Bcab"),
        ({"order": "desc"}, "Bcab"),
        ({"order": "asc"}, "bacB"), ({"orderby": "Name"}, "Babc"), ({"orderby": "Name", "order": "desc"}, "cbaB"),
        ({"orderby": "Age"}, "cabB"), ({"orderby": "Age", "order": "desc"}, "Bbac"), ({"orderby": "Score"}, "cBba"),
        ({"orderby": "Born"}, "cabB"), ({"orderby": "Born", "order": "desc"}, "bBac"), ({"orderby": "Last"}, "acBb"),
        ({"orderby": "modified"}, "bacB"), ({"orderby": "modified", "order": "desc"}, "Bcab"),
        ({"order": "Age"}, "cabB"), ({"order": "modified"}, "bacB"), ({"order": "id"}, "bacB"),
        ({"orderby": "Age", "order": "asc"}, "cabB"), ({"orderby": "", "order": "Name"}, "Babc"),
        ({"orderby": "Age", "limit": 2}, "ca"), ({"orderby": "Age", "order": "desc", "start": 1, "limit": 2}, "ba"),
        ({"OrderBy": "Age", "ORDER": "desc"}, "bacB"),
    ],
)  # fmt: skip
def test_orders(database: Database, query: dict[str, Any], order: str) -> None:
    database.twin.freeze("2026-01-05T12:00:00Z")
    for name, age, score, born, last in PEOPLE:
        database.profile(Name=name, Age=age, Score=score, Born=born, Last=last)
        database.twin.advance(1)
    assert "".join(names(database, **query)) == order


def test_an_order_by_the_id_of_a_field(database: Database) -> None:
    for age in (3, 1, 2):
        database.profile(Name=str(age), Age=age)
    assert names(database, orderby=database.fields["Age"]) == ["1", "2", "3"]
    assert names(database, order=database.fields["Age"]) == ["1", "2", "3"]


def test_modified_orders_by_the_last_change(database: Database) -> None:
    database.twin.freeze("2026-01-05T12:00:00Z")
    keys = [database.profile(Name=name) for name in "abc"]
    database.twin.advance(60)
    assert database.twin.put(f"/v1/profile/{keys[0]}/fields", json={"Age": 1}).status == 200
    assert names(database, orderby="modified") == ["b", "c", "a"]


def test_equals_come_by_id(database: Database) -> None:
    for number in range(40):
        database.profile(Name=str(number), Age=number % 2)
    even, odd = [str(one) for one in range(0, 40, 2)], [str(one) for one in range(1, 40, 2)]
    assert names(database, orderby="Age") == even + odd
    assert names(database, orderby="Age", limit=3) == even[:3]
    assert names(database, orderby="Age", order="desc") == odd + even
    assert names(database, orderby="Age", order="desc", limit=3) == odd[:3]


def test_a_limit_of_nothing_counts_only(database: Database) -> None:
    keys = [database.profile() for _ in range(3)]
    for query, total in (({}, 3), ({"fields[]": f"id!={keys[0]}"}, 2), ({"orderby": "Name"}, 3)):
        assert batch(database, limit=0, start=1, **query) == {
            "start": 1, "limit": 0, "count": 0, "total": total, "data": [],
        }  # fmt: skip


def test_ids_are_ordered_as_numbers(database: Database) -> None:
    keys = [database.profile() for _ in range(12)]
    for query in ({}, {"orderby": "Name"}, {"fields[]": "Age==0"}):
        assert [one["ID"] for one in batch(database, **query)["data"]] == keys
    assert database.twin.get(f"{database.path}/profileids").body == keys


def test_filters_orders_and_parts_go_together(database: Database) -> None:
    for number in range(20):
        database.profile(Name=f"n{number}", Age=number)
    query = {"fields[]": ["Age>=5", "Age<15"], "orderby": "Age", "order": "desc", "start": 2, "limit": 3}
    shown = batch(database, **query)
    assert [one["fields"]["Age"] for one in shown["data"]] == ["12", "11", "10"]
    assert (shown["start"], shown["limit"], shown["count"], shown["total"]) == (2, 3, 3, 10)
    assert names(database, **{"fields[]": "Age>=17"}) == ["n17", "n18", "n19"]
    assert names(database, **{"fields[]": "Age>=17"}, order="desc", limit=2) == ["n19", "n18"]


def test_a_random_order_has_everybody_once_and_stands_with_the_clock(database: Database) -> None:
    keys = {database.profile() for _ in range(30)}
    database.twin.freeze("2026-01-05T12:00:00Z")

    def drawn() -> list[str]:
        return [one["ID"] for one in batch(database, orderby="random")["data"]]

    first = drawn()
    assert (set(first), len(first)) == (keys, 30)
    assert first == drawn()
    database.twin.advance(1)
    second = drawn()
    assert set(second) == keys
    assert second != first


@pytest.mark.parametrize(
    "query",
    [{"orderby": "name"}, {"orderby": "ID"}, {"orderby": "Random"}, {"orderby": "999999"}, {"order": "DESC"},
     {"order": "nothing"}, {"orderby": "Name", "order": "Age"}, {"orderby": "id", "order": "down"},
     {"orderby": "secret"}, {"orderby": "x" * 5000}, {"orderby": "Name;--"}],
)  # fmt: skip
def test_unknown_orders_are_refused(database: Database, query: dict[str, str]) -> None:
    message = refused(database.twin.get(f"{database.path}/profiles", **query))
    assert message.startswith("order: " if "order" in query else "orderby: ")
    assert len(message) < 400
    assert "desc" in message or "order" not in query


def test_a_field_goes_before_the_special_orders(twin: TwinClient) -> None:
    database = Database(twin, Name="text", id="integer", random="text", modified="text")
    for number in range(3):
        database.profile(Name=str(number), id=9 - number, random=str(number % 2), modified=str(-number))
    assert names(database) == ["0", "1", "2"]
    assert names(database, order="desc") == ["2", "1", "0"]
    assert names(database, orderby="id") == ["2", "1", "0"]
    assert names(database, orderby="random") == ["0", "2", "1"]
    assert names(database, orderby="modified") == ["1", "2", "0"]


def test_profiles_of_other_databases_are_not_there(database: Database) -> None:
    other = Database(database.twin, "Shops", Name="text")
    mine, theirs = database.profile(), other.profile()
    assert [one["ID"] for one in batch(database)["data"]] == [mine]
    assert other.found("Name==") == [theirs]


def test_subprofiles_are_listed_likewise(database: Database) -> None:
    collection = database.collection(Product="text", Price="integer")
    ann, bob = database.profile(), database.profile()
    keys = [collection.subprofile(owner, Price=price) for owner, price in ((ann, 10), (bob, 9), (ann, 100), (bob, 1))]

    def found(path: str, **query: Any) -> list[int]:
        answer = database.twin.get(path, **query)
        assert answer.status == 200, answer.body
        assert answer.body["count"] == len(answer.body["data"])
        return [keys.index(one["ID"]) for one in answer.body["data"]]

    whole, own = f"{collection.path}/subprofiles", f"/v1/profile/{ann}/subprofiles/{collection.id}"
    assert found(whole) == [0, 1, 2, 3]
    assert found(whole, orderby="Price", order="desc") == [2, 0, 1, 3]
    assert found(whole, **{"fields[]": ["Price>1", "Price<100"]}, orderby="Price") == [1, 0]
    assert found(whole, start=1, limit=2) == [1, 2]
    assert found(own) == [0, 2]
    assert found(own, **{"fields[]": "Price>10"}) == [2]
    assert found(own, start=1, limit=1, total="no") == [2]
    assert found(own, orderby="Price", order="desc") == [0, 2]
    assert database.twin.get(own, limit=1).body["total"] == 2
    assert database.twin.get(f"{collection.path}/subprofileids").body == keys
    for path in (whole, own):
        refused(database.twin.get(path, **{"fields[]": "Name==x"}))
    refused(database.twin.get(whole, orderby="Name"))
