"""Bodies in both encodings, truth in all spellings, keys in exact case; and lists in parts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.copernica.telling import refusal
from tests.support.client import Answer, TwinClient

JSON, FORM = {"content-type": "application/json"}, {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("word", [True, False, 1, 0, "true", "false", "1", "0"])
@pytest.mark.parametrize("encoding", ["json", "form"])
def test_truth_has_several_spellings(twin: TwinClient, database: str, word: Any, encoding: str) -> None:
    expected = str(word).lower() in ("true", "1")
    twin.put(f"/v1/database/{database}", json={"archived": not expected})
    assert twin.put(f"/v1/database/{database}", **{encoding: {"archived": word}}).status == 200
    assert twin.get(f"/v1/database/{database}").body["archived"] is expected


@pytest.mark.parametrize("word", ["yes", "TRUE", "True", "", "2", 2, -1, 1.5, None, [], {}, "on"])
def test_other_spellings_are_none(twin: TwinClient, database: str, word: Any) -> None:
    assert "archived" in refusal(twin.put(f"/v1/database/{database}", json={"archived": word}))


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_keys_count_in_their_exact_case(twin: TwinClient, database: str, encoding: str) -> None:
    before = twin.get(f"/v1/database/{database}").body
    wrong = {"Name": "x", "DESCRIPTION": "x", "Archived": "1", "description ": "x", "nonsense": "x"}
    assert twin.put(f"/v1/database/{database}", **{encoding: wrong}).status == 200
    assert twin.get(f"/v1/database/{database}").body == before
    assert "name" in refusal(twin.post("/v1/databases", **{encoding: {"Name": "x"}}))


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_names_of_fields_count_in_their_exact_case(
    twin: TwinClient, database: str, profile: str, encoding: str
) -> None:
    wrong = {"title": "x", "TITLE": "x", "Title ": "x", "nonsense": "x"}
    before = twin.get(profile).body
    assert twin.put(f"{profile}/fields", **{encoding: wrong}).status == 200
    assert twin.put(profile, json={"fields": wrong, "Secret": "x", "Fields": {"Title": "x"}}).status == 200
    assert twin.get(profile).body == before
    made = twin.post(f"/v1/database/{database}/profiles", **{encoding: wrong}).headers["x-created"]
    assert twin.get(f"/v1/profile/{made}").body["fields"] == {"Title": ""}
    twin.settings(strict_keys=True)
    assert "'title'" in refusal(twin.put(f"{profile}/fields", **{encoding: wrong}))


@pytest.mark.parametrize("header", ["", ";charset=utf-8"])
def test_an_empty_type_of_a_body_is_none(twin: TwinClient, database: str, header: str) -> None:
    answer = twin.put(f"/v1/database/{database}", raw=b"description=blue", headers={"content-type": header})
    assert answer.status == 200
    assert twin.get(f"/v1/database/{database}").body["description"] == "blue"


@pytest.mark.parametrize("name", ["Last visit", "v1.5", " x", "a[b"])
def test_a_form_names_fields_as_they_are_spelt(twin: TwinClient, database: str, name: str) -> None:
    twin.post(f"/v1/database/{database}/fields", json={"name": name})
    made = twin.post(f"/v1/database/{database}/profiles", form={name: "x"}).headers["x-created"]
    assert twin.get(f"/v1/profile/{made}/fields").body == {name: "x"}


@pytest.mark.parametrize("given", [["Tennis"], {"TENNIS": 1}, ["tennis", "Chess"]])
def test_names_of_interests_count_in_their_exact_case(twin: TwinClient, profile: str, given: Any) -> None:
    for method in ("POST", "PUT"):
        assert refusal(twin.call(method, f"{profile}/interests", json=given))
    assert twin.get(f"{profile}/interests").body == []


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [("fields", {"name": "x", "type": "txet"}, "type: \"txet\" is not allowed; allowed: integer, float, date,"),
     ("profiles", {"fields": {"Title": "sir"}}, "allowed: string, null, number, boolean")],
)  # fmt: skip
def test_a_refusal_says_what_is_allowed(twin: TwinClient, database: str, path: str, body: Any, told: str) -> None:
    assert told in refusal(twin.post(f"/v1/database/{database}/{path}", json=body))


def test_keys_without_effect_have_none(twin: TwinClient, database: str) -> None:
    before = twin.get(f"/v1/database/{database}").body
    same = {"ID": "7", "created": "2001-01-01 00:00:00", "fields": [], "interests": 5, "collections": None}
    assert twin.put(f"/v1/database/{database}", json=same).status == 200
    assert twin.get(f"/v1/database/{database}").body == before


def test_strict_keys_are_a_wish(twin: TwinClient, database: str) -> None:
    before = twin.get(f"/v1/database/{database}").body
    twin.settings(strict_keys=True)
    for wrong in ({"Name": "x"}, {"name": "x", "nonsense": "x"}):
        message = refusal(twin.put(f"/v1/database/{database}", json=wrong))
        assert next(key for key in wrong if key != "name") in message
    assert "'name'" in refusal(twin.put(f"/v1/database/{database}", json={"Name": "x"}))
    assert twin.get(f"/v1/database/{database}").body == before
    assert twin.put(f"/v1/database/{database}", json={"name": "x", "fields": []}).status == 200


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        *((text, JSON) for text in (b"{", b'{"name":"a\\u0000"}', b"5", b'"text"', b"\xff", b"[1]", b'{"name":["x"]}')),
        *((text, JSON) for text in (b'{"name":null}', b'{"name":"   "}', b"name=x")),
        *((text, FORM) for text in (b"name=%ff", b"name=%", b"name[]=x", b'{"name":"x"}', b"name=a%00")),
        (b'{"name":"x"}', {"content-type": "text/plain"}),
    ],
)
def test_a_broken_body_is_refused_and_does_nothing(twin: TwinClient, body: bytes, typed: dict[str, str]) -> None:
    before = twin.get("/v1/databases").body
    assert refusal(twin.post("/v1/databases", raw=body, headers=typed))
    assert twin.get("/v1/databases").body == before


def test_a_body_has_its_limits(twin: TwinClient) -> None:
    large = b'{"name":"' + b"x" * (1024 * 1024) + b'"}'
    assert "1048576" in refusal(twin.post("/v1/databases", raw=large, headers=JSON))
    deep = b'{"name":' + b"[" * 64 + b"]" * 64 + b"}"
    assert "64 levels" in refusal(twin.post("/v1/databases", raw=deep, headers=JSON))


def test_no_content_type_means_a_form(twin: TwinClient) -> None:
    made = twin.post("/v1/databases", raw=b"name=Caf%C3%A9+au+lait")
    assert twin.get(made.headers["x-location"].removeprefix("http://127.0.0.1:80")).body["name"] == "Café au lait"


def test_a_charset_means_nothing(twin: TwinClient) -> None:
    typed = {"content-type": "application/json; charset=utf-8"}
    assert twin.post("/v1/databases", raw='{"name":"Blå"}'.encode(), headers=typed).status == 201


def test_a_body_of_a_reading_or_a_deletion_is_ignored(twin: TwinClient, database: str, field: str) -> None:
    assert twin.call("GET", f"/v1/database/{database}", raw=b"{", headers=JSON).status == 200
    assert twin.call("DELETE", f"/v1/database/{database}/field/{field}", raw=b"[]", headers=JSON).status == 200


def test_the_empty_array_of_php_is_an_object_without_keys(twin: TwinClient, database: str) -> None:
    assert twin.put(f"/v1/database/{database}", raw=b"[]", headers=JSON).status == 200
    assert twin.put(f"/v1/database/{database}").status == 200


# --- lists


@pytest.fixture
def five(twin: TwinClient) -> list[str]:
    """The ids of five databases, alone in their account."""
    return [twin.post("/v1/databases", json={"name": f"d{number}"}).headers["x-created"] for number in range(5)]


def numbers(answer: Answer) -> list[str]:
    return [one["ID"] for one in answer.body["data"]]


def test_a_list_comes_in_parts(twin: TwinClient, five: list[str]) -> None:
    whole = twin.get("/v1/databases").body
    assert (whole["start"], whole["limit"], whole["count"]) == (0, 100, len(whole["data"]))
    before = whole["total"] - len(five)
    part = twin.get("/v1/databases", start=before + 1, limit=2)
    assert {key: part.body[key] for key in ("start", "limit", "count", "total")} == {
        "start": before + 1, "limit": 2, "count": 2, "total": whole["total"],
    }  # fmt: skip
    assert numbers(part) == five[1:3]
    assert twin.get("/v1/databases", start=10**17).body["data"] == []
    assert twin.get("/v1/databases", limit=0).body["count"] == 0


def test_more_than_a_hundred_mean_a_hundred(twin: TwinClient) -> None:
    assert twin.get("/v1/databases", limit=101).body["limit"] == 100
    assert twin.get("/v1/databases", limit=99).body["limit"] == 99


@pytest.mark.parametrize(("word", "counted"), [("true", True), ("1", True), ("yes", True), ("false", False),
                                               ("0", False), ("no", False), ("", True)])  # fmt: skip
def test_a_list_is_counted_unless_nobody_wants_it(twin: TwinClient, word: str, counted: bool) -> None:
    assert ("total" in twin.get("/v1/databases", total=word).body) is counted


@pytest.mark.parametrize("query", [{"start": "-1"}, {"limit": "-1"}, {"start": "x"}, {"limit": "1.5"}, {"total": "2"},
                                   {"total": "TRUE"}, {"limit": "1" * 19}])  # fmt: skip
def test_a_part_that_cannot_be_is_refused(twin: TwinClient, query: dict[str, str]) -> None:
    (name,) = query
    assert refusal(twin.get("/v1/databases", **query)).startswith(name)


def test_names_of_parameters_count_in_their_exact_case(twin: TwinClient, five: list[str]) -> None:
    assert twin.get("/v1/databases", Limit=1, START=2).body == twin.get("/v1/databases").body


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (2026, "2026"), (-1.5, "-1.5"), (1e25, "1e+25")])
def test_a_number_may_stand_for_a_text(twin: TwinClient, database: str, number: float, text: str) -> None:
    field = {"name": f"n{text}", "type": "float", "value": number}
    assert twin.post(f"/v1/database/{database}/fields", json=field).status == 201
    assert twin.put(f"/v1/database/{database}", json={"name": number, "description": number}).status == 200
    shown = twin.get(f"/v1/database/{database}").body
    assert (shown["name"], shown["description"], shown["fields"]["data"][0]["value"]) == (text, text, text)
    for wrong in (True, [number], {"name": number}, None):
        assert "description" in refusal(twin.put(f"/v1/database/{database}", json={"description": wrong}))
