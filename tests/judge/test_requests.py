"""Requests as they go over the wire: two encodings, mirrored methods, base paths, credentials in the query; batches."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from contract_tests.batches import batch_of, items_in, rest_of
from contract_tests.credentials import Credentials, from_environment
from contract_tests.dialect import in_dialect
from contract_tests.exchange import Call, Request, Response, bracketed, build_request, value_of
from contract_tests.invocation import target_of
from contract_tests.promise import Promise
from contract_tests.samples import Samples
from contract_tests.session import plain_session
from tests.judge.small import exchange, promise

SMALL = promise()


def built(operation: str, values: dict[str, Any], of: Promise = SMALL, **more: Any) -> Request:
    """The request of a call."""
    return build_request(Call(of.operation(operation), values, **more), base=of.base)


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ({"a": "b", "n": 1}, [("a", "b"), ("n", "1")]),
        ({"f": {"x": "1", "y y": "2"}}, [("f[x]", "1"), ("f[y y]", "2")]),
        (["tea", "milk"], [("0", "tea"), ("1", "milk")]),
        ({"l": ["a"], "t": True, "f": False, "n": None}, [("l[0]", "a"), ("t", "1"), ("f", "0"), ("n", "")]),
        ({"l": [{"a": "b"}]}, [("l[0][a]", "b")]),
        ({}, []),
    ],
)
def test_values_in_brackets(value: Any, pairs: list[tuple[str, str]]) -> None:
    assert list(bracketed(value)) == pairs


def test_a_body_that_is_one_value() -> None:
    words = {"book": "7", "words": '{"a+b": "ü&"}'}
    json, form = built("changeNotes", words), built("changeNotes", words, form=True)
    assert (json.target, json.body) == ("/v1/book/7/notes", '{"a+b":"ü&"}'.encode())
    assert dict(json.headers)["Content-Type"] == "application/json"
    assert parse_qsl(form.body.decode()) == [("a+b", "ü&")]
    assert dict(form.headers)["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_body_without_anything_is_none() -> None:
    assert built("updateNote", {"note": "7"}) == Request("PUT", "/v1/note/7")


def test_keys_beside_the_arguments_and_under_other_names() -> None:
    request = built("updateNote", {"note": "7", "text": "a"}, renamed={"text": "TEXT"}, beside={"more": 1})
    assert request.body == b'{"TEXT":"a","more":1}'


def test_what_cannot_be_read_is_sent_as_it_is() -> None:
    number = SMALL.operation("listNotes").by_name["limit"]
    assert [value_of(number, text) for text in ("7", "x7", "")] == [7, "x7", ""]


def test_another_base_path_and_method() -> None:
    assert built("getNote", {"note": "a/b"}, base="").target == "/note/a%2Fb"
    assert built("updateNote", {"note": "7"}, method="POST", mirrored=True).method == "POST"


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("PUT", "/note/7", "updateNote"),
        ("POST", "/note/7", "updateNote"),
        ("POST", "/book/7/notes", "createNote"),
        ("PUT", "/book/7/notes", "changeNotes"),
        ("PATCH", "/note/7", None),
        ("POST", "/note/7/export", None),
    ],
)
def test_a_method_that_mirrors_another_is_for_the_same_operation(method: str, path: str, operation: str | None) -> None:
    found = SMALL.routes.find(method, path)
    assert (found[0].id if found else None) == operation


def test_an_answer_to_a_mirrored_method_is_held_to_the_same_promise() -> None:
    mirrored = exchange(SMALL, "updateNote", {"text": "a"}, method="POST", mirrored=True)
    other = exchange(SMALL, "updateNote", {"text": "a"}, method="PATCH")
    assert (mirrored.reply is not None, mirrored.succeeded, other.reply) == (True, True, None)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080"),
        ("https://gate.example/shop/v1", "https://gate.example/shop"),
        ("https://gate.example/v12", "https://gate.example/v12"),
    ],
)
def test_the_base_path_may_stand_in_the_address_of_the_target(address: str, meant: str) -> None:
    assert target_of(address, None, SMALL).address == meant


class Hearing:
    """A target that keeps what it is sent."""

    address, in_process = "hearing", True

    def __init__(self) -> None:
        self.heard: list[Request] = []

    def send(self, request: Request) -> Response:
        self.heard.append(request)
        return Response(200, (), b"{}")

    def close(self) -> None: ...


def test_a_credential_in_the_query_is_encoded() -> None:
    target = Hearing()
    session = plain_session(SMALL, target, from_environment({"APITWIN_TOKEN": "a+b&c=d é/#"}))
    session.send(Call(SMALL.operation("getNote"), {"note": "7"}))
    session.send(Call(SMALL.operation("listNotes"), {"book": "7", "start": "1"}))
    queries = [parse_qsl(one.target.partition("?")[2], strict_parsing=True) for one in target.heard]
    assert queries == [[("token", "a+b&c=d é/#")], [("start", "1"), ("token", "a+b&c=d é/#")]]


def test_arguments_of_an_exchange_come_from_the_environment() -> None:
    asking = promise(authorization={"pages": [], "exchange": "getNote"})
    wanted = Credentials.wanted(asking)
    assert [one.variable for one in wanted] == ["APITWIN_NOTE"]
    given = from_environment({"APITWIN_TOKEN": "t", "APITWIN_NOTE": "12"}, wanted=wanted)
    assert given.arguments == {"note": "12"}
    assert "12" not in repr(given)
    assert Credentials.wanted(SMALL) == []


# --- lists


def test_items_of_a_list_in_its_envelope_and_bare() -> None:
    assert items_in(SMALL, {"data": [1, 2], "count": 2}) == [1, 2]
    assert items_in(SMALL, [1]) == [1]
    assert items_in(SMALL, {"items": [1]}) is None
    assert batch_of(promise(lists={}), {"data": []}) is None


def test_the_next_batch_begins_where_one_ends() -> None:
    body = {"start": 2, "limit": 2, "count": 2, "total": 5, "data": [1, 2]}
    one = exchange(SMALL, "listNotes")
    assert rest_of(SMALL, one, body) == {"start": "4"}
    assert rest_of(SMALL, one, {**body, "start": 3}) is None
    assert rest_of(SMALL, one, {**body, "data": []}) is None
    assert rest_of(SMALL, one, {**body, "total": "many"}) is None
    assert rest_of(SMALL, exchange(SMALL, "getNote"), body) is None


# --- dialects


def test_a_dialect_says_otherwise_and_nothing_else() -> None:
    old = in_dialect(SMALL, "old")
    assert in_dialect(SMALL, "new") is SMALL
    assert old.operation("deleteNote").replies.keys() == {200, 400}
    assert old.operation("deleteNote").void == {400}
    bare = {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
    assert old.operation("createNote").replies[201].headers == {"X-Location": bare}
    assert old.operation("changeNotes").good == {200, 201}
    assert (SMALL.operation("exportNote").pending, old.operation("exportNote").pending) == (404, 400)
    assert SMALL.operation("deleteNote").replies.keys() == {200, 204, 400}


def test_an_unknown_dialect_is_told_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"'odl' is none of small \(did you mean 'old'\?\); known: new, old"):
        in_dialect(SMALL, "odl")


# --- samples


def test_samples_are_among_the_words_of_a_parameter() -> None:
    paths = {
        f"/{name}": {"get": {"operationId": name, "parameters": [_kind(words)], "responses": {}}}
        for name, words in {"one": ["a", "b"], "two": ["c", "d"]}.items()
    }
    made, of = Samples({"kind": ["b", "x"]}, tag="zz"), Promise("p", {"paths": paths}, {})
    values = {name: {made.value(of.operation(name).parameters[0], n) for n in range(4)} for name in ("one", "two")}
    assert values == {"one": {"b"}, "two": {"c", "d"}}


def _kind(words: list[str]) -> dict[str, Any]:
    return {"name": "kind", "in": "query", "schema": {"type": "string", "enum": words}}


# --- one address of two operations


@pytest.mark.parametrize(("text", "meant"), [("2024-02-29", "two"), ("notes.csv", None), ("2024", None)])
def test_an_address_of_two_operations(text: str, meant: str | None) -> None:
    forms = {"one": {}, "two": {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}
    raw: dict[str, Any] = {
        name: {
            "operationId": name,
            "responses": {},
            "parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "string", **form}}],
        }
        for name, form in forms.items()
    }
    item = {"get": {**raw["one"], "x-also": [{**raw["two"], "x-path": "/logs/{two}"}]}}
    of = Promise("p", {"paths": {"/logs/{one}": item}}, {})
    found = of.sharing(of.operation("one"), {"one": text})
    assert (found.id if found else None) == meant
    assert of.sharing(of.operation("two"), {"two": text}) is None
