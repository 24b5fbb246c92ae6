"""Successes by class: what their headers must say, and the rules that hold answers to it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from contract_tests.exchange import Call, Exchange, build_request
from contract_tests.outcome import made_id, outcome_of
from contract_tests.promise import Promise
from contract_tests.rules.content import body_is_json, media_type_is_exact
from contract_tests.rules.envelope import envelope_on_refusal, refusal_says_why
from contract_tests.rules.headers import credential_not_echoed, headers_of_no_other_outcome, outcome_headers
from contract_tests.rules.paging import batch_adds_up
from contract_tests.rules.status import success_codes
from tests.judge.small import ROOT, exchange, promise

SMALL = promise()
MADE = {"X-Location": f"{ROOT}/v1/note/12", "X-Created": "12"}


def causes(rule: Any, one: Exchange, of: Promise = SMALL) -> list[str]:
    """What a rule complains of."""
    return [complaint.cause for complaint in rule(one, of)]


def created(**headers: str | None) -> Exchange:
    """A creation whose headers are otherwise."""
    given = {**MADE, **{name.replace("_", "-"): text for name, text in headers.items()}}
    told = {name: text for name, text in given.items() if text is not None}
    return exchange(SMALL, "createNote", {"text": "a"}, status=201, headers=told)


def test_the_id_of_a_new_thing_is_in_the_header_that_says_it() -> None:
    assert made_id(SMALL, created()) == "12"
    assert made_id(SMALL, created(X_Created=None)) == "12"
    assert made_id(SMALL, exchange(SMALL, "createNote", status=400, headers=MADE)) is None
    assert made_id(SMALL, exchange(SMALL, "updateNote", headers={"X-Location": f"{ROOT}/v1/note/7"})) is None


def test_a_change_that_made_a_thing_has_the_headers_of_a_creation() -> None:
    made = exchange(SMALL, "changeNotes", status=303, headers=MADE)
    assert made.succeeded
    assert made_id(SMALL, made) == "12"
    assert causes(outcome_headers, made) == []
    changed = exchange(SMALL, "changeNotes", headers={"X-Location": f"{ROOT}/v1/book/7/notes"})
    assert causes(outcome_headers, changed) == []
    assert causes(outcome_headers, exchange(SMALL, "changeNotes", status=303, headers={})) != []


@pytest.mark.parametrize(
    ("headers", "cause"),
    [
        ({}, None),
        ({"X_Created": None}, "X-Created missing"),
        ({"X_Location": None}, "X-Location missing"),
        ({"X_Created": "13"}, "ids"),
        ({"X_Created": "note/12"}, "X-Created form"),
        ({"X_Location": "12"}, "X-Location form"),
        ({"X_Location": "/v1/note/12"}, "X-Location form"),
        ({"X_Location": f"{ROOT}/note/12"}, "X-Location form"),
        ({"X_Location": f"{ROOT}/v1/notes/12"}, "X-Location form"),
        ({"X_Location": f"{ROOT}/v1/note/12?token=x"}, "X-Location form"),
        ({"X_Location": "http://127.0.0.1:8080/v1/note/12"}, None),
    ],
)
def test_headers_of_a_creation(headers: dict[str, str | None], cause: str | None) -> None:
    assert causes(outcome_headers, created(**headers)) == ([cause] if cause else [])


@pytest.mark.parametrize(
    ("deleted", "good"),
    [("note 7", True), ("7", False), ("notes 7", False), ("note 8", False), ("note", False)],
)
def test_a_deletion_names_what_it_was_asked_for(deleted: str, good: bool) -> None:
    one = exchange(SMALL, "deleteNote", headers={"X-Deleted": deleted})
    assert (causes(outcome_headers, one) == []) is good


def test_where_a_name_may_stand_for_an_id_the_address_may_have_either() -> None:
    headers = {"X-Location": f"{ROOT}/v1/book/3/notes"}
    assert causes(outcome_headers, exchange(SMALL, "changeNotes", {"book": "diary"}, headers=headers)) == []
    assert causes(outcome_headers, exchange(SMALL, "changeNotes", {"book": "4"}, headers=headers)) != []


@pytest.mark.parametrize(
    ("operation", "status", "headers", "cause"),
    [
        ("getNote", 200, MADE, ["read X-Created", "read X-Location"]),
        ("getNote", 400, {"X-Location": "x"}, ["refusal X-Location"]),
        ("deleteNote", 204, {"X-Deleted": "note 7"}, ["refusal X-Deleted"]),
        ("updateNote", 200, {"X-Location": f"{ROOT}/v1/note/7", "X-Created": "7"}, ["update X-Created"]),
        ("createNote", 201, MADE, []),
        ("getNote", 200, {"X-Other": "1"}, []),
    ],
)
def test_headers_of_another_outcome(operation: str, status: int, headers: dict[str, str], cause: list[str]) -> None:
    one = exchange(SMALL, operation, status=status, headers=headers)
    assert causes(headers_of_no_other_outcome, one) == cause


def test_a_deletion_that_found_nothing_is_no_success() -> None:
    operation = SMALL.operation("deleteNote")
    assert success_codes(operation) == {200}
    assert not exchange(SMALL, "deleteNote", status=204).succeeded
    assert outcome_of(SMALL, exchange(SMALL, "deleteNote", status=204)) is None
    assert exchange(SMALL, "deleteNote").succeeded


def test_the_credential_may_not_come_back() -> None:
    call = Call(SMALL.operation("updateNote"), {"note": "7"})
    request = build_request(call, base="/v1")
    sent = type(request)(request.method, request.target + "?token=a%2Bsecret%26", request.headers, request.body)
    leaking = exchange(SMALL, "updateNote", headers={"X-Location": f"{ROOT}/v1/note/7?token=a+secret&"})
    harmless = exchange(SMALL, "updateNote", headers={"X-Location": f"{ROOT}/v1/note/7"})
    assert causes(credential_not_echoed, Exchange(call, sent, leaking.response)) == ["x-location"]
    assert causes(credential_not_echoed, Exchange(call, sent, harmless.response)) == []


@pytest.mark.parametrize(
    ("given", "exact", "complaints"),
    [
        ("application/json", True, 0),
        ("application/json; charset=utf-8", True, 1),
        ("Application/JSON", True, 1),
        ("application/json; charset=utf-8", False, 0),
        ("text/html", True, 0),
    ],
)
def test_a_media_type_to_the_letter(given: str, exact: bool, complaints: int) -> None:
    strict = promise(casing={"media_type": "exact"} if exact else {})
    one = exchange(strict, "getNote", headers={"Content-Type": given}, body=b"{}")
    assert len(causes(media_type_is_exact, one, strict)) == complaints


@pytest.mark.parametrize(
    ("body", "lacks", "empty"),
    [
        ({"error": {"message": "no"}}, False, False),
        ({"error": {"message": ""}}, False, True),
        ({"error": {"message": None}}, False, True),
        ({"error": "no"}, True, False),
        ({"message": "no"}, True, False),
    ],
)
def test_a_refusal_keeps_its_message_where_it_is_promised(body: Any, lacks: bool, empty: bool) -> None:
    one = exchange(SMALL, "getNote", status=400, body=orjson.dumps(body))
    assert bool(causes(envelope_on_refusal, one)) is lacks
    assert bool(causes(refusal_says_why, one)) is empty


def test_what_is_promised_as_something_else_need_not_be_json() -> None:
    text = exchange(SMALL, "getNote", body=b"a,b")
    assert causes(body_is_json, text) == ["200"]
    reply = {"200": {"content": {"text/csv": {"schema": {"type": "string"}}}}, "400": {}}
    paths = {**SMALL.document["paths"]}
    paths["/note/{note}"] = {**paths["/note/{note}"], "get": {**paths["/note/{note}"]["get"], "responses": reply}}
    csv = type(SMALL)("small", {**SMALL.document, "paths": paths}, SMALL.conventions)
    assert causes(body_is_json, exchange(csv, "getNote", body=b"a,b"), csv) == []


def batch(values: dict[str, str | list[str]] | None = None, **changed: Any) -> list[str]:
    """What is wrong with a batch of two of three notes."""
    notes = [{"ID": "1", "text": "a"}, {"ID": "2", "text": "b"}]
    body = {"start": 0, "limit": 2, "count": 2, "total": 3, "data": notes, **changed}
    return causes(batch_adds_up, exchange(SMALL, "listNotes", values or {"limit": "2"}, body=orjson.dumps(body)))


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({}, []),
        ({"count": 3}, ["count"]),
        ({"start": 1}, ["start"]),
        ({"limit": 3}, ["limit"]),
        ({"total": 1}, ["total"]),
        ({"total": 2}, []),
    ],
)
def test_a_batch_adds_up(changed: dict[str, Any], cause: list[str]) -> None:
    assert batch(**changed) == cause


def test_a_limit_above_the_largest_means_the_largest() -> None:
    assert batch({"limit": "1000"}, limit=100) == []
    assert batch({"limit": "1000"}, limit=1000) == ["limit"]
    assert batch({"limit": "1"}, limit=1) == ["over"]
    assert batch({"start": "1", "limit": "2"}, start=1) == []
