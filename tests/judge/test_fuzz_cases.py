"""Cases of the fuzz: how they go over the wire, what cannot, and which ones a document gives."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contract_tests.exchange import Call, Request, build_request
from contract_tests.fuzz.cases import LONGEST_BODY, LONGEST_TARGET, Case, Unsendable, arguments_of, request_of
from contract_tests.fuzz.crossing import FIRST, Crossing
from contract_tests.fuzz.generator import Generator
from contract_tests.promise import Operation, Promise
from contract_tests.rules.registry import discover

NAME = {"name": "Name", "in": "path", "required": True, "schema": {"type": "string"}}


def operation(*parameters: dict[str, Any], method: str = "put", path: str = "/things/{Name}", **more: Any) -> Operation:
    """An operation of a document that has no other."""
    return next(iter(promise(*parameters, method=method, path=path, **more).operations.values()))


def promise(*parameters: dict[str, Any], method: str = "put", path: str = "/things/{Name}", **more: Any) -> Promise:
    """A promise of one operation."""
    raw = {"operationId": "one", "parameters": list(parameters), "responses": {"200": {"description": "done"}}, **more}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {path: {method: raw}}}
    return Promise("one", document, {"credential": {"in": "header", "name": "X-Token"}})


def query(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string", **schema}}


def body(schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


PLAIN = operation(NAME, query("Text"), {"name": "X-Note", "in": "header", "schema": {"type": "string"}})


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("a?b#c&d", "a%3Fb%23c%26d"),
        ("100%", "100%25"),
        ("%2E", "%252E"),
        ("\x00\n", "%00%0A"),
        ("ü漢😍", "%C3%BC%E6%BC%A2%F0%9F%98%8D"),
        ("...", "..."),
    ],
)
def test_path_values_are_encoded_as_they_are(text: str, segment: str) -> None:
    assert request_of(Case.of(PLAIN, {"Name": text})).target == f"/things/{segment}"


@pytest.mark.parametrize(
    ("text", "value"),
    [("a+b c", "a%2Bb%20c"), ("&=", "%26%3D"), ("\x00", "%00"), ("", ""), ("ü[]{}", "%C3%BC%5B%5D%7B%7D")],
)
def test_query_values_are_encoded_as_they_are(text: str, value: str) -> None:
    assert request_of(Case.of(PLAIN, {"Name": "n", "Text": text})).target == f"/things/n?Text={value}"


def test_repeated_and_unknown_query_names_are_kept() -> None:
    case = Case(PLAIN, path={"Name": "n"}, query=(("Text", "a"), ("Text", "b"), ("?", "c")))
    assert request_of(case).target == "/things/n?Text=a&Text=b&?=c"
    assert case.texts("Text") == ["a", "b"]


@pytest.mark.parametrize("text", ["", ".", "..", "../x", "a/../b", "a\\..\\b", "a/."])
def test_a_path_value_that_changes_the_route_is_not_sent(text: str) -> None:
    with pytest.raises(Unsendable, match="would change the route"):
        request_of(Case.of(PLAIN, {"Name": text}))


@pytest.mark.parametrize("text", ["a\nb", "a\r\nX-Evil: 1", "\x00", "\x7f", " a", "a ", "€", "\ud800"])
def test_a_header_that_no_client_sends_is_not_sent(text: str) -> None:
    with pytest.raises(Unsendable, match="X-Note cannot hold"):
        request_of(Case.of(PLAIN, {"Name": "n", "X-Note": text}))


@pytest.mark.parametrize("text", ["", "a", "a b", "a\tb", "ü", "%"])
def test_a_header_is_sent_as_it_is(text: str) -> None:
    assert request_of(Case.of(PLAIN, {"Name": "n", "X-Note": text})).headers == (("X-Note", text),)


@pytest.mark.parametrize("values", [{"Name": "\ud800"}, {"Name": "n", "Text": "\udfff"}])
def test_a_lone_surrogate_in_a_target_is_not_sent(values: dict[str, str]) -> None:
    with pytest.raises(Unsendable, match="surrogate"):
        request_of(Case.of(PLAIN, values))


def test_a_request_too_long_for_servers_in_front_is_not_sent() -> None:
    fits = "a" * (LONGEST_TARGET - len("/things/"))
    assert len(request_of(Case.of(PLAIN, {"Name": fits})).target) == LONGEST_TARGET
    with pytest.raises(Unsendable, match="too many"):
        request_of(Case.of(PLAIN, {"Name": f"{fits}a"}))


JSON = operation(NAME, requestBody=body(thing(Text={"type": "string"}, Size={"type": "integer"})))


def test_a_json_body_is_written_with_its_types() -> None:
    request = request_of(Case.of(JSON, {"Name": "n", "Text": "5", "Size": "5"}))
    assert json.loads(request.body) == {"Text": "5", "Size": 5}
    assert request.headers == (("Content-Type", "application/json"),)


def test_a_lone_surrogate_in_a_json_body_is_sent_escaped() -> None:
    assert request_of(Case.of(JSON, {"Name": "n", "Text": "\ud800"})).body == b'{"Text": "\\ud800"}'


def test_a_value_made_up_for_a_body_keeps_its_type() -> None:
    case = Case.of(JSON, {"Name": "n", "Size": "5"}).given("Size", "5")
    assert json.loads(request_of(case).body) == {"Size": "5"}


@pytest.mark.parametrize("value", [[1], "text", None, 0])
def test_a_body_that_is_no_object_travels_unchanged(value: Any) -> None:
    case = Case(JSON, path={"Name": "n"}, body=value, media_type="application/json").given("Text", "x")
    assert json.loads(request_of(case).body) == value


def test_a_body_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(Unsendable, match="too many"):
        request_of(Case.of(JSON, {"Name": "n", "Text": "a" * LONGEST_BODY}))


def test_a_form_is_encoded_and_labelled() -> None:
    form = operation(NAME, requestBody=body(thing(Text={"type": "string"}), "application/x-www-form-urlencoded"))
    request = request_of(Case.of(form, {"Name": "n", "Text": "a b&c"}))
    assert (request.body, request.headers) == (
        b"Text=a%20b%26c",
        (("Content-Type", "application/x-www-form-urlencoded"),),
    )


def test_values_can_be_exchanged_and_left_out() -> None:
    case = Case.of(PLAIN, {"Name": "n", "Text": "t", "X-Note": "h"})
    assert case.names() == ["Name", "Text", "X-Note"]
    assert case.given("Text", "a", "b").texts("Text") == ["a", "b"]
    assert case.given("Text").names() == ["Name", "X-Note"]
    assert case.given("X-Note").names() == ["Name", "Text"]
    assert Case.of(JSON, {"Name": "n", "Text": "t"}).given("Text").body == {}


def test_the_exact_request_of_a_call_is_sent() -> None:
    request = request_of(Case(PLAIN, path={"Name": "n"}, query=(("Text", "a"), ("Text", "b"))))
    built = build_request(Call(PLAIN, {"Name": "other"}, raw=request), base="/v1")
    assert (built.target, built.method, built.headers) == ("/v1/things/n?Text=a&Text=b", "PUT", ())


def test_the_page_says_why_each_check_of_schemathesis_is_not_used() -> None:
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()
    page = (Path(__file__).parents[2] / "docs" / "judge" / "fuzz.md").read_text("utf-8")
    assert [name for name in CHECKS.get_all_names() if f"`{name}`" not in page] == []
    rules = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", page))
    assert rules <= set(discover())


SECRET = operation(query("Password", format="password"), query("Text"), path="/login")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"Password": "Kr4ken-Blau"}, True),
        ({"Password": "Kr4ken-Blau", "Text": "other"}, True),
        ({"Password": "Kr4ken-Blau", "Text": "my Kr4ken-Blau!"}, False),
        ({"Password": "00000000"}, False),
        ({"Password": ""}, False),
    ],
)
def test_a_secret_is_named_only_if_it_would_be_known_again(values: dict[str, str], named: bool) -> None:
    given = arguments_of(Case.of(SECRET, values))
    assert ("Password" in given) == named
    assert given.get("Text") == values.get("Text")


def generated(one: Promise, *, seed: int = 0, count: int = 12) -> list[Case]:
    """Boundary and random cases of the only operation of a promise."""
    generator, known = Generator(one, seed=seed), next(iter(one.operations.values()))
    return [*generator.boundaries(known, 40), *generator.examples(known, count)]


def test_limits_are_reached_and_passed() -> None:
    cases = generated(
        promise(NAME, query("Size", type="integer", minimum=1, maximum=9), query("Word", enum=["a", "b"]))
    )
    sizes = {text for case in cases for text in case.texts("Size")}
    assert {"0", "1", "9", "10"} <= sizes
    assert any(not text.lstrip("-").isdigit() for text in sizes)
    words = {text for case in cases for text in case.texts("Word")}
    assert {"a", "b"} < words
    assert {case.focus for case in cases} >= {"Size", "Word", None}
    assert {case.positive for case in cases} == {True, False}


def test_parameters_are_left_out_and_sent_twice_and_unknown_ones_added() -> None:
    cases = generated(promise(NAME, {**query("Size", type="integer"), "required": True}, query("Text")))
    counts = {len(case.texts("Size")) for case in cases}
    assert counts >= {0, 1, 2}
    assert any(name not in ("Size", "Text") for case in cases for name, _ in case.query)


def test_bodies_are_broken_too() -> None:
    schema = {**thing(Text={"type": "string"}, Size={"type": "integer"}), "required": ["Text"]}
    cases = generated(promise(NAME, requestBody=body(schema)))
    bodies = [case.body for case in cases]
    assert any(isinstance(one, list) for one in bodies)
    assert any(isinstance(one, dict) and "Text" not in one for one in bodies)
    assert any(isinstance(one, dict) and not isinstance(one.get("Size", 0), int) for one in bodies)
    assert {case.focus for case in cases} >= {"Text", "Size"}


def test_credentials_are_not_generated() -> None:
    secured = promise(NAME, query("Text"), {"name": "X-Token", "in": "header", "schema": {"type": "string"}})
    document: dict[str, Any] = {
        **secured.document,
        "security": [{"Token": []}],
        "components": {"securitySchemes": {"Token": {"type": "apiKey", "in": "header", "name": "X-Token"}}},
    }
    cases = generated(Promise("one", document, secured.conventions))
    assert cases
    assert {header for case in cases for header in case.headers} == set()
    assert all("x-token" not in {name.lower() for name, _ in case.query} for case in cases)


def test_what_servers_in_front_may_refuse_is_not_generated() -> None:
    cases = generated(promise(NAME, requestBody=body(thing(Text={"type": "string"}))))
    assert {case.media_type for case in cases} <= {"application/json", None}
    assert {request_of(case).method for case in cases if case.path.get("Name")} == {"PUT"}


def test_an_operation_without_parameters_has_one_request() -> None:
    assert {request_of(case) for case in generated(promise(path="/things", method="get"))} == {
        Request("GET", "/things")
    }


def test_a_schema_nothing_fits_gives_no_error() -> None:
    impossible = query("Text", minLength=5, maxLength=1)
    assert all(case.operation.id == "one" for case in generated(promise(NAME, impossible)))


def test_a_schema_that_holds_itself_ends() -> None:
    node = {"type": "object", "properties": {"Next": {"$ref": "#/components/schemas/Node"}, "Text": {"type": "string"}}}
    one = promise(NAME, requestBody=body({"$ref": "#/components/schemas/Node"}))
    document = {**one.document, "components": {"schemas": {"Node": node}}}
    assert generated(Promise("one", document, one.conventions))


def test_a_huge_schema_gives_no_more_cases_than_are_asked_for() -> None:
    level: dict[str, Any] = {"type": "string", "maxLength": 8}
    for _ in range(4):
        level = thing(**{f"Key{n}": level for n in range(5)})
    one = promise(NAME, requestBody=body(level))
    known = next(iter(one.operations.values()))
    assert 0 < len(Generator(one, seed=0).boundaries(known, 25)) <= 25
    assert 0 < len(Generator(one, seed=0).examples(known, 3)) <= 4


def test_the_seed_chooses_among_the_boundaries() -> None:
    many = promise(NAME, *(query(f"Size{n}", type="integer", minimum=n, maximum=90 + n) for n in range(9)))
    known = next(iter(many.operations.values()))
    first, again, other = ([repr(one) for one in Generator(many, seed=n).boundaries(known, 10)] for n in (1, 1, 2))
    assert first == again != other


def test_texts_of_one_operation_are_given_to_the_text_parameters_of_another() -> None:
    crossing = Crossing(seed=0)
    crossing.keep([Case.of(PLAIN, {"Name": "näme", "Text": ""})])
    target = operation(query("Text"), query("Size", type="integer"), query("Word", enum=["a"]), path="/other")
    turns = [crossing.cases(target, turn) for turn in range(3)]
    assert [[(case.focus, case.texts("Text")) for case in cases] for cases in turns] == [
        [("Text", [FIRST[0]])],
        [("Text", [FIRST[1]])],
        [("Text", ["näme"])],
    ]


def test_without_texts_there_is_nothing_to_give() -> None:
    assert Crossing(seed=0).cases(PLAIN, 2) == []
