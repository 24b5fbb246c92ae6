"""What every operation has in common: addresses, tokens, statuses, headers, bodies, refusals, dialects."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Options, build
from tests.copernica.conftest import FIRST, NAME, SECOND
from tests.support.client import Answer, Client, TwinClient

JSON, FORM = {"content-type": "application/json"}, {"content-type": "application/x-www-form-urlencoded"}

#: Headers that tell what a write did.
TELLING = {"x-location", "x-created", "location", "x-deleted"}


def headers(answer: Answer) -> dict[str, str]:
    """The headers that tell what a write did, without the address of the server."""
    base = "http://127.0.0.1:80/v1"
    return {name: value.removeprefix(base) for name, value in answer.headers.items() if name in TELLING}


def refusal(answer: Answer) -> str:
    """The message of a refusal, in the one form all have."""
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert set(answer.body) == {"error"}
    assert set(answer.body["error"]) == {"message"}
    message: str = answer.body["error"]["message"]
    return message


@pytest.fixture
def database(twin: TwinClient) -> str:
    """The id of a new database."""
    return twin.post("/v1/databases", json={"name": "Köpare"}).headers["x-created"]


@pytest.fixture
def field(twin: TwinClient, database: str) -> str:
    """The id of a new field of it."""
    return twin.post(f"/v1/database/{database}/fields", json={"name": "Title"}).headers["x-created"]


# --- addresses


@pytest.mark.parametrize("path", ["/v1/identity", "/identity", "/v1/identity/", "/identity/"])
def test_operations_lie_below_both_bases_with_and_without_a_slash(twin: TwinClient, path: str) -> None:
    assert twin.get(path).body == twin.get("/v1/identity").body


def test_what_is_made_without_a_version_is_named_with_one(twin: TwinClient) -> None:
    made = twin.post("/databases", json={"name": "Shops"})
    assert headers(made)["x-location"] == f"/database/{made.headers['x-created']}"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/nothing"), ("GET", "/v2/identity"), ("GET", "/v1/v1/identity"), ("GET", "/"), ("GET", "/v1"),
     ("GET", "/v1/Databases"), ("PATCH", "/v1/identity"), ("POST", "/v1/identity"), ("DELETE", "/v1/databases"),
     ("HEAD", "/v1/nothing"), ("GET", "/v1/identity/more"), ("GET", "/v1//identity")],
)  # fmt: skip
def test_an_unknown_address_and_a_wrong_method_are_refused(twin: TwinClient, method: str, path: str) -> None:
    answer = twin.call(method, path)
    assert answer.status == 400
    assert method == "HEAD" or refusal(answer)


# --- tokens


@pytest.mark.parametrize("token", ["", "0" * 32, FIRST.upper(), FIRST[:-1], f" {FIRST}"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/databases"), ("POST", "/v1/databases"),
                                              ("PUT", "/v1/database/1"), ("DELETE", "/v1/profile/1")])  # fmt: skip
def test_every_operation_wants_a_good_token(twin: TwinClient, method: str, path: str, token: str) -> None:
    assert refusal(twin.call(method, path, token=token)) == "Invalid access token"


def test_a_token_counts_in_the_query_only(twin: TwinClient) -> None:
    body = {"name": "Shops", "access_token": FIRST}
    for answer in (
        twin.post("/v1/databases", token="", json=body),
        twin.post("/v1/databases", token="", form=body),
        twin.post("/v1/databases", token="", json=body, headers={"access_token": FIRST}),
        twin.post("/v1/databases", token="", json=body, headers={"Authorization": f"Bearer {FIRST}"}),
        twin.post("/v1/databases", token="", json=body, Access_Token=FIRST),
    ):
        assert refusal(answer) == "Invalid access token"
    assert twin.get("/v1/databases").body["total"] == twin.get("/v1/databases").body["count"]


def test_of_two_tokens_the_last_counts(twin: TwinClient, other: TwinClient) -> None:
    answer = twin.get(f"/v1/identity?access_token={FIRST}&access_token={SECOND}", token="")
    assert answer.body == other.get("/v1/identity").body


def test_nothing_but_the_documented_message_comes_back_for_a_bad_token(twin: TwinClient) -> None:
    refused = twin.get("/v1/identity", token="s3cret-that-is-none")
    assert refused.content == b'{"error":{"message":"Invalid access token"}}'


def test_no_answer_has_the_token(twin: TwinClient, database: str) -> None:
    for answer in (
        twin.post("/v1/databases", json={"name": "Shops"}),
        twin.put(f"/v1/database/{database}", json={"name": "Shops"}),
        twin.get(f"/v1/database/{database}", start="x"),
        twin.get("/v1/nothing"),
        twin.post("/v1/databases", json={}),
    ):
        assert FIRST not in str(answer.headers) + answer.content.decode()


# --- statuses and headers


def test_a_creation_is_201_and_names_what_it_made(twin: TwinClient) -> None:
    made = twin.post("/v1/databases", json={"name": "Shops"})
    number = made.headers["x-created"]
    assert (made.status, made.content) == (201, b"")
    assert headers(made) == {
        "x-location": f"/database/{number}", "location": f"/database/{number}", "x-created": number,
    }  # fmt: skip
    assert twin.get(f"/v1/database/{number}").body["name"] == "Shops"


def test_a_change_is_200_and_names_what_it_changed(twin: TwinClient, database: str) -> None:
    changed = twin.put(f"/v1/database/{database}", json={"description": "x"})
    assert (changed.status, changed.content) == (200, b"")
    assert headers(changed) == {"x-location": f"/database/{database}"}


def test_a_deletion_is_200_and_tells_kind_and_id(twin: TwinClient, database: str, field: str) -> None:
    deleted = twin.delete(f"/v1/database/{database}/field/{field}")
    assert (deleted.status, deleted.content, headers(deleted)) == (200, b"", {"x-deleted": f"field {field}"})


def test_a_deletion_of_nothing_is_204_and_tells_nothing(twin: TwinClient, database: str, field: str) -> None:
    twin.delete(f"/v1/database/{database}/field/{field}")
    for number in (field, "999999"):
        answer = twin.delete(f"/v1/database/{database}/field/{number}")
        assert (answer.status, answer.content, headers(answer)) == (204, b"", {})
        assert "content-type" not in answer.headers


def test_reading_is_200_and_tells_nothing_of_writes(twin: TwinClient, database: str) -> None:
    for path in ("/v1/databases", f"/v1/database/{database}", f"/v1/database/{database}/fields"):
        answer = twin.get(path)
        assert (answer.status, answer.headers["content-type"], headers(answer)) == (200, "application/json", {})


@pytest.mark.parametrize("path", ["/v1/database/999999", "/v1/collection/999999", "/v1/database/Nobody"])
def test_what_is_not_there_is_a_refusal(twin: TwinClient, path: str) -> None:
    for answer in (twin.get(path), twin.put(path, json={"name": "x"})):
        assert path.rpartition("/")[2] in refusal(answer)
        assert not headers(answer)


def test_addresses_begin_with_the_public_one() -> None:
    public = build([NAME], Options(seed="baseline", public_url="https://api.copernica.com"))
    client = Client(public.app)
    twin = TwinClient(client=client, world="default", api=NAME, parameter="access_token", token=FIRST)
    made = twin.post("/databases", json={"name": "Shops"})
    assert made.headers["x-location"] == f"https://api.copernica.com/v1/database/{made.headers['x-created']}"
    client.close()
    public.close()


def test_addresses_follow_the_host_that_was_asked(twin: TwinClient) -> None:
    made = twin.post("/v1/databases", json={"name": "Shops"}, headers={"host": "twin.test:8443"})
    assert made.headers["location"] == f"http://twin.test:8443/v1/database/{made.headers['x-created']}"


# --- methods that mirror each other


def test_put_and_post_are_one(twin: TwinClient, database: str) -> None:
    made = twin.put("/v1/databases", json={"name": "Shops"})
    assert (made.status, set(headers(made))) == (201, {"x-location", "x-created", "location"})
    changed = twin.post(f"/v1/database/{database}", json={"name": "Sellers"})
    assert (changed.status, headers(changed)) == (200, {"x-location": f"/database/{database}"})
    assert twin.get(f"/v1/database/{database}").body["name"] == "Sellers"


# --- bodies


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


# --- the older dialect


@pytest.fixture
def older(twin: TwinClient, database: str) -> TwinClient:
    """The same world in the dialect of seed 002."""
    assert database
    twin.settings(dialect="seed-002")
    return twin


def test_the_older_dialect_names_ids_alone(older: TwinClient, database: str) -> None:
    made = older.post("/databases", json={"name": "Shops"})
    changed = older.put(f"/database/{database}", json={"name": "x"})
    field = older.post(f"/database/{database}/fields", json={"name": "x"})
    deleted = older.delete(f"/database/{database}/field/{field.headers['x-location']}")
    assert [(one.status, set(headers(one))) for one in (made, changed, field, deleted)] == [
        (201, {"x-location"}), (200, {"x-location"}), (201, {"x-location"}), (200, {"x-deleted"}),
    ]  # fmt: skip
    assert older.get(f"/database/{made.headers['x-location']}").body["name"] == "Shops"
    assert changed.headers["x-location"] == database


def test_the_older_dialect_has_one_status_for_every_refusal(older: TwinClient, database: str) -> None:
    assert refusal(older.delete(f"/database/{database}/field/999999"))
    assert refusal(older.get("/datarequest/999999/data"))


def test_the_document_speaks_the_dialect_of_its_world(older: TwinClient) -> None:
    paths = older.get("/openapi.json").body["paths"]
    made = paths["/databases"]["post"]["responses"]["201"]["headers"]
    assert set(made) == {"X-Location"}
    assert "204" not in paths["/database/{databaseId}/field/{fieldId}"]["delete"]["responses"]
    older.settings(dialect="v1")
    paths = older.get("/openapi.json").body["paths"]
    assert set(paths["/databases"]["post"]["responses"]["201"]["headers"]) == {"X-Location", "X-Created", "Location"}
