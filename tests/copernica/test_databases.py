"""Databases: settings, fields, interests, collections, what becomes of those who unsubscribe."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.telling import headers, refusal
from tests.support.client import Answer, TwinClient

PLACES = ("database", "collection")

TYPES = ("integer", "float", "date", "empty_date", "datetime", "empty_datetime", "text", "email", "phone", "phone_fax",
         "phone_gsm", "select", "big", "foreign_key")  # fmt: skip


def number_of(answer: Answer) -> str:
    """The id of what was made."""
    assert answer.status == 201, answer
    return answer.headers["x-created"]


@pytest.fixture
def database(twin: TwinClient) -> str:
    """The address of a new database."""
    return "/v1/database/" + number_of(twin.post("/v1/databases", json={"name": "Köpare"}))


@pytest.fixture
def collection(twin: TwinClient, database: str) -> str:
    """The address of a new collection of it."""
    return "/v1/collection/" + number_of(twin.post(f"{database}/collections", json={"name": "Orders"}))


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    """The address of whatever has fields."""
    return str(request.getfixturevalue(request.param))


def names(twin: TwinClient, path: str) -> list[str]:
    return [one["name"] for one in twin.get(path).body["data"]]


# --- databases


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_database_is_as_it_was_made(twin: TwinClient, encoding: str) -> None:
    twin.freeze("2026-03-04T05:06:07Z")
    given = {"name": "Żółw 日本 & co", "description": "Who\nbuys", "archived": "1"}
    number = number_of(twin.post("/v1/databases", **{encoding: given}))
    nothing = {"start": 0, "limit": 0, "count": 0, "total": 0, "data": []}
    assert twin.get(f"/v1/database/{number}").body == {
        "ID": number, "name": "Żółw 日本 & co", "description": "Who\nbuys", "archived": True,
        "created": "2026-03-04 05:06:07", "fields": nothing, "interests": nothing, "collections": nothing,
    }  # fmt: skip


def test_what_is_not_given_is_empty(twin: TwinClient) -> None:
    number = number_of(twin.post("/v1/databases", json={"name": "x"}))
    shown = twin.get(f"/v1/database/{number}").body
    assert (shown["description"], shown["archived"]) == ("", False)


def test_a_change_keeps_what_it_does_not_name(twin: TwinClient, database: str) -> None:
    before = twin.get(database).body
    twin.put(database, json={"description": "Who buys", "archived": 1})
    assert twin.get(database).body == {**before, "description": "Who buys", "archived": True}
    twin.put(database, form={"name": "Sellers"})
    assert twin.get(database).body == {**before, "name": "Sellers", "description": "Who buys", "archived": True}


def test_databases_are_listed_as_they_are_shown(twin: TwinClient, database: str, collection: str) -> None:
    twin.post(f"{database}/fields", json={"name": "Title"})
    twin.post(f"{database}/interests", json={"name": "tennis", "group": "sports"})
    shown = twin.get(database).body
    assert twin.get("/v1/databases").body["data"][-1] == shown
    assert shown["collections"]["data"] == [twin.get(collection).body]
    assert shown["fields"]["data"] == twin.get(f"{database}/fields").body["data"]
    assert shown["interests"]["data"] == twin.get(f"{database}/interests").body["data"]


def test_a_list_inside_of_a_thing_is_whole(twin: TwinClient, database: str) -> None:
    for number in range(101):
        twin.post(f"{database}/interests", json={"name": f"i{number}"})
    inside = twin.get(database).body["interests"]
    assert [inside[key] for key in ("start", "limit", "count", "total")] == [0, 101, 101, 101]
    assert twin.get(f"{database}/interests").body["count"] == 100


def test_a_database_may_be_named_by_its_name(twin: TwinClient, other: TwinClient) -> None:
    first = number_of(twin.post("/v1/databases", json={"name": "Äpfel/Birnen ?"}))
    number_of(twin.post("/v1/databases", json={"name": "Äpfel/Birnen ?"}))
    path = "/v1/database/%C3%84pfel%2FBirnen%20%3F"
    assert twin.get(path).body["ID"] == first
    assert twin.put(path, json={"description": "x"}).headers["x-location"].endswith(f"/v1/database/{first}")
    made = twin.post(f"{path}/fields", json={"name": "Title"})
    assert twin.put(made.headers["x-location"].partition(":80")[2], json={"length": 9}).status == 200
    assert names(twin, f"/v1/database/{first}/fields") == ["Title"]
    assert refusal(other.get(path))
    assert refusal(twin.get(path.lower().replace("%c3%84", "%C3%A4")))


def test_addresses_in_headers_name_a_database_by_its_id(twin: TwinClient) -> None:
    """A name may be another one tomorrow."""
    database = number_of(twin.post("/v1/databases", json={"name": "Öl"}))
    named = "/v1/database/%C3%96l"
    field = number_of(twin.post(f"{named}/fields", json={"name": "Title"}))
    told = {
        f"/field/{field}": twin.put(f"{named}/field/{field}", json={"length": 9}),
        "/unsubscribe": twin.put(f"{named}/unsubscribe", json={"behavior": "remove"}),
        "/interests": twin.post(f"{named}/interests", json={"name": "tennis"}),
        "/profiles": twin.put(f"{named}/profiles", json={"Title": "x"}, **{"fields[]": ["id==1"]}),
        "": twin.put(named, json={"description": "x"}),
    }
    for path, answer in told.items():
        assert headers(answer)["x-location"] == f"/database/{database}{path}"


def test_all_digits_are_an_id(twin: TwinClient, database: str) -> None:
    number_of(twin.post("/v1/databases", json={"name": "990099"}))
    assert refusal(twin.get("/v1/database/990099"))


# --- fields


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_field_is_as_it_was_made(twin: TwinClient, place: str, encoding: str) -> None:
    given = {"name": "Größe", "type": "select", "value": "*S\nM\nL", "displayed": "1", "ordered": "true", "length": 20,
             "textlines": 3, "hidden": "0", "index": "1"}  # fmt: skip
    made = twin.post(f"{place}/fields", **{encoding: given})
    number = number_of(made)
    assert headers(made)["x-location"] == f"{place.removeprefix('/v1')}/field/{number}"
    assert twin.get(f"{place}/fields").body["data"] == [
        {"ID": number, "name": "Größe", "type": "select", "value": "*S\nM\nL", "displayed": True, "ordered": True,
         "length": "20", "textlines": "3", "hidden": False, "index": True}
    ]  # fmt: skip


def test_a_field_is_a_text_unless_told(twin: TwinClient, place: str) -> None:
    twin.post(f"{place}/fields", json={"name": "Title"})
    (shown,) = twin.get(f"{place}/fields").body["data"]
    assert (shown["type"], shown["value"], shown["length"]) == ("text", "", "50")


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_can_be_had(twin: TwinClient, place: str, kind: str) -> None:
    number = number_of(twin.post(f"{place}/fields", json={"name": "x", "type": kind}))
    assert [(one["ID"], one["type"]) for one in twin.get(f"{place}/fields").body["data"]] == [(number, kind)]
    again = twin.post(f"{place}/fields", json={"name": "y", "type": kind})
    assert again.status == (400 if kind in ("email", "phone_fax", "phone_gsm") else 201)


def test_a_field_may_be_sent_back_as_it_was_read(twin: TwinClient, place: str) -> None:
    made = number_of(twin.post(f"{place}/fields", json={"name": "Title", "length": "20", "textlines": "3"}))
    (read,) = twin.get(f"{place}/fields").body["data"]
    assert (read["length"], read["textlines"]) == ("20", "3")
    assert twin.put(f"{place}/field/{made}", json=read).status == 200
    assert twin.get(f"{place}/fields").body["data"] == [read]


@pytest.mark.parametrize("wrong", ["", "many", "-1", " 5", "1.5", "٢", "0x10", "9" * 30, ["5"], True, None])
def test_what_is_no_whole_number_is_no_length(twin: TwinClient, place: str, wrong: Any) -> None:
    assert "length" in refusal(twin.post(f"{place}/fields", json={"name": "Title", "length": wrong}))
    assert names(twin, f"{place}/fields") == []


@pytest.mark.parametrize(
    ("given", "named"),
    [({"type": "Text"}, "type"), ({"type": "number"}, "type"), ({"length": -1}, "length"), ({"length": "x"}, "length"),
     ({"length": 2**63}, "length"), ({"textlines": 1.5}, "textlines"), ({"displayed": "yes"}, "displayed"),
     ({"value": [5]}, "value"), ({"name": ""}, "name"), ({"type": "big", "index": True}, "index")],
)  # fmt: skip
def test_what_a_field_cannot_be_is_refused(twin: TwinClient, place: str, given: dict[str, Any], named: str) -> None:
    assert named in refusal(twin.post(f"{place}/fields", json={"name": "x", **given}))
    number = number_of(twin.post(f"{place}/fields", json={"name": "x"}))
    before = twin.get(f"{place}/fields").body
    assert named in refusal(twin.put(f"{place}/field/{number}", json=given))
    assert twin.get(f"{place}/fields").body == before


def test_a_change_of_a_field_needs_no_name(twin: TwinClient, place: str) -> None:
    number = number_of(twin.post(f"{place}/fields", json={"name": "Title", "length": 9}))
    (before,) = twin.get(f"{place}/fields").body["data"]
    changed = twin.put(f"{place}/field/{number}", json={"hidden": True})
    assert headers(changed) == {"x-location": f"{place.removeprefix('/v1')}/field/{number}"}
    assert twin.get(f"{place}/fields").body["data"] == [{**before, "hidden": True}]
    twin.post(f"{place}/field/{number}", form={"name": "Salutation"})
    assert twin.get(f"{place}/fields").body["data"] == [{**before, "hidden": True, "name": "Salutation"}]


def test_names_of_fields_are_unique_in_exact_case(twin: TwinClient, place: str) -> None:
    twin.post(f"{place}/fields", json={"name": "Title"})
    other = number_of(twin.post(f"{place}/fields", json={"name": "title"}))
    assert "'Title'" in refusal(twin.post(f"{place}/fields", json={"name": "Title"}))
    assert refusal(twin.put(f"{place}/field/{other}", json={"name": "Title"}))
    assert names(twin, f"{place}/fields") == ["Title", "title"]


def test_one_field_orders(twin: TwinClient, place: str) -> None:
    for name in ("first", "second"):
        twin.post(f"{place}/fields", json={"name": name, "ordered": True})
    assert [one["ordered"] for one in twin.get(f"{place}/fields").body["data"]] == [False, True]


@pytest.mark.parametrize("named", ["id", "name"])
def test_a_field_is_deleted_by_id_or_name(twin: TwinClient, place: str, named: str) -> None:
    number = number_of(twin.post(f"{place}/fields", json={"name": "Größe"}))
    twin.post(f"{place}/fields", json={"name": "Größe 2"})
    address = f"{place}/field/{number if named == 'id' else 'Gr%C3%B6%C3%9Fe'}"
    assert headers(twin.delete(address)) == {"x-deleted": f"field {number}"}
    assert names(twin, f"{place}/fields") == ["Größe 2"]
    assert twin.delete(address).status == 204
    assert refusal(twin.put(f"{place}/field/{number}", json={"hidden": True}))


def test_a_field_is_changed_by_id_only(twin: TwinClient, place: str) -> None:
    twin.post(f"{place}/fields", json={"name": "Title"})
    assert refusal(twin.put(f"{place}/field/Title", json={"hidden": True}))


def test_a_field_of_another_place_is_not_there(twin: TwinClient, database: str, collection: str) -> None:
    number = number_of(twin.post(f"{database}/fields", json={"name": "Title"}))
    assert refusal(twin.put(f"{collection}/field/{number}", json={"hidden": True}))
    assert twin.delete(f"{collection}/field/{number}").status == 204
    assert names(twin, f"{database}/fields") == ["Title"]


# --- interests and collections


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_an_interest_may_have_a_group(twin: TwinClient, database: str, encoding: str) -> None:
    made = twin.post(f"{database}/interests", **{encoding: {"name": "tennis", "group": "sports"}})
    assert headers(made)["x-location"] == f"{database.removeprefix('/v1')}/interests"
    alone = number_of(twin.post(f"{database}/interests", **{encoding: {"name": "tennis"}}))
    assert twin.get(f"{database}/interests").body["data"] == [
        {"ID": number_of(made), "name": "tennis", "group": "sports"},
        {"ID": alone, "name": "tennis", "group": ""},
    ]


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_collection_lies_in_its_database(twin: TwinClient, database: str, encoding: str) -> None:
    given = {"name": "Bücher", "database": "999", "fields": "x"}
    number = number_of(twin.post(f"{database}/collections", **{encoding: given}))
    shown = twin.get(f"/v1/collection/{number}").body
    assert (shown["ID"], shown["name"]) == (number, "Bücher")
    assert shown["database"] == database.rpartition("/")[2]
    assert shown["fields"] == {"start": 0, "limit": 0, "count": 0, "total": 0, "data": []}
    assert twin.get(f"{database}/collections").body["data"] == [shown]


def test_a_collection_gets_another_name(twin: TwinClient, collection: str) -> None:
    before = twin.get(collection).body
    changed = twin.put(collection, json={"name": "Invoices", "database": "1", "Name": "x"})
    assert headers(changed) == {"x-location": collection.removeprefix("/v1")}
    assert twin.get(collection).body == {**before, "name": "Invoices"}
    assert twin.put(collection, json={}).status == 200
    assert refusal(twin.put(collection, json={"name": " "}))
    assert twin.get(collection).body == {**before, "name": "Invoices"}


@pytest.mark.parametrize("kind", ["fields", "interests", "collections"])
def test_nothing_is_made_without_a_name(twin: TwinClient, database: str, kind: str) -> None:
    for given in ({}, {"Name": "x"}, {"name": ""}, {"name": " \t"}):
        assert "name" in refusal(twin.post(f"{database}/{kind}", json=given))
    assert twin.get(f"{database}/{kind}").body["total"] == 0


@pytest.mark.parametrize("kind", ["fields", "interests", "collections"])
def test_lists_come_in_parts(twin: TwinClient, database: str, kind: str) -> None:
    for number in range(12):
        twin.post(f"{database}/{kind}", json={"name": f"n{number}"})
    part = twin.get(f"{database}/{kind}", start=9, limit=2, total="false").body
    assert [one["name"] for one in part.pop("data")] == ["n9", "n10"]
    assert part == {"start": 9, "limit": 2, "count": 2}


# --- unsubscribing


def test_nothing_happens_to_those_who_unsubscribe_unless_told(twin: TwinClient, place: str) -> None:
    assert twin.get(f"{place}/unsubscribe").body == {"behavior": "nothing"}


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_those_who_unsubscribe_get_values(twin: TwinClient, place: str, encoding: str) -> None:
    for name, kind in (("newsletter", "text"), ("count", "integer"), ("other", "text")):
        twin.post(f"{place}/fields", json={"name": name, "type": kind})
    form = {"behavior": "update", "fields[newsletter]": "nö", "fields[count]": "7", "fields[Other]": "x"}
    json = {"behavior": "update", "fields": {"newsletter": "nö", "count": 7, "Other": "x"}}
    changed = twin.put(f"{place}/unsubscribe", **{encoding: json if encoding == "json" else form})
    assert headers(changed) == {"x-location": f"{place.removeprefix('/v1')}/unsubscribe"}
    assert twin.get(f"{place}/unsubscribe").body == {
        "behavior": "update", "fields": {"newsletter": "nö", "count": "7"},
    }  # fmt: skip


def test_values_count_for_an_update_only(twin: TwinClient, place: str) -> None:
    twin.post(f"{place}/fields", json={"name": "newsletter"})
    twin.put(f"{place}/unsubscribe", json={"behavior": "update", "fields": {"newsletter": "no"}})
    twin.put(f"{place}/unsubscribe", json={"behavior": "remove", "fields": {"newsletter": "no"}})
    assert twin.get(f"{place}/unsubscribe").body == {"behavior": "remove"}
    twin.put(f"{place}/unsubscribe", json={"behavior": "update"})
    assert twin.get(f"{place}/unsubscribe").body == {"behavior": "update", "fields": {}}


def test_values_follow_their_field(twin: TwinClient, place: str) -> None:
    first, second = (number_of(twin.post(f"{place}/fields", json={"name": name})) for name in ("a", "b"))
    twin.put(f"{place}/unsubscribe", json={"behavior": "update", "fields": {"a": "1", "b": "2"}})
    twin.put(f"{place}/field/{first}", json={"name": "renamed"})
    twin.delete(f"{place}/field/{second}")
    assert twin.get(f"{place}/unsubscribe").body["fields"] == {"renamed": "1"}


#: What is no map of values.
NO_VALUES: tuple[Any, ...] = ("a", ["a"], {"a": []}, {"a": {"b": 1}}, None)


@pytest.mark.parametrize(
    "given",
    [
        *({}, {"behavior": "Remove"}, {"behavior": ""}, {"fields": {"a": "1"}}),
        *({"behavior": "update", "fields": wrong} for wrong in NO_VALUES),
    ],
)
def test_a_behaviour_that_cannot_be_is_refused(twin: TwinClient, place: str, given: dict[str, Any]) -> None:
    assert refusal(twin.put(f"{place}/unsubscribe", json=given))
    assert twin.get(f"{place}/unsubscribe").body == {"behavior": "nothing"}


# --- accounts


def test_the_other_account_sees_nothing(twin: TwinClient, other: TwinClient, database: str, collection: str) -> None:
    field = number_of(twin.post(f"{database}/fields", json={"name": "Title"}))
    inner = number_of(twin.post(f"{collection}/fields", json={"name": "Title"}))
    before = twin.get(database).body
    nowhere = {database: "/v1/database/999999", collection: "/v1/collection/999999"}
    calls = [(method, place, end) for place in nowhere for method, end in (
        ("GET", ""), ("PUT", ""), ("GET", "/fields"), ("POST", "/fields"), ("GET", "/unsubscribe"),
        ("PUT", "/unsubscribe"), ("PUT", f"/field/{field}"), ("DELETE", f"/field/{field}"),
        ("PUT", f"/field/{inner}"), ("DELETE", f"/field/{inner}"), ("DELETE", "/field/Title"),
    )]  # fmt: skip
    calls += [(method, database, end) for end in ("/interests", "/collections") for method in ("GET", "POST")]
    for method, place, end in calls:
        body = {"name": "x", "behavior": "remove"} if method in ("PUT", "POST") else None
        foreign = other.call(method, place + end, json=body)
        unknown = other.call(method, nowhere[place] + end, json=body)
        there, nothing = place.rpartition("/")[2], "999999"
        told = foreign.content.replace(f"'{there}'".encode(), f"'{nothing}'".encode())
        assert (foreign.status, headers(foreign), told) == (unknown.status, headers(unknown), unknown.content), method
        assert foreign.status == (204 if method == "DELETE" else 400)
    assert twin.get(database).body == before
    assert database.rpartition("/")[2] not in [one["ID"] for one in other.get("/v1/databases").body["data"]]


# --- fields that are in use


def test_values_vanish_with_their_field(twin: TwinClient, database: str) -> None:
    for name in ("a", "b"):
        twin.post(f"{database}/fields", json={"name": name, "value": f"{name}-default"})
    profile = "/v1/profile/" + number_of(twin.post(f"{database}/profiles", json={"a": "1", "b": "2"}))
    before = twin.get(profile).body
    assert twin.delete(f"{database}/field/a").status == 200
    assert twin.get(profile).body == {**before, "fields": {"b": "2"}}
    twin.post(f"{database}/fields", json={"name": "a", "value": "new"})
    assert twin.get(profile).body["fields"] == {"b": "2", "a": "new"}


def test_values_are_read_anew_by_another_type(twin: TwinClient, database: str) -> None:
    number = number_of(twin.post(f"{database}/fields", json={"name": "a"}))
    texts = ("7.9", "x", "2026-02-30", "2026-02-03")
    profiles = [number_of(twin.post(f"{database}/profiles", json={"a": text})) for text in texts]
    for kind, expected in (
        ("empty_date", ["", "", "", "2026-02-03"]),
        ("text", ["", "", "", "2026-02-03"]),
        ("integer", ["0", "0", "0", "0"]),
    ):
        assert twin.put(f"{database}/field/{number}", json={"type": kind}).status == 200
        shown = [twin.get(f"/v1/profile/{one}").body["fields"]["a"] for one in profiles]
        assert shown == expected, kind
    assert twin.get(f"{database}/profiles", orderby="a").status == 200
