"""The specification is a sound OpenAPI document: valid, exemplified, and every part of it says how it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openapi_spec_validator import validate

from apitwin.data.bundle import join
from mockserver.kernel.promise import Promise
from mockserver.kernel.schema import Schema
from tests.promise.lists import blocks

LEVELS = ("documented", "client", "assumed")
#: What kind of thing is meant by `x-section`: the area of the sources that has the operation.
SECTIONS = {block.head.split()[4] for block in blocks("operations.txt")}

Node = Mapping[str, Any]


def operations(promise: Promise) -> Iterator[Node]:
    """Every operation object."""
    for item in promise.document["paths"].values():
        yield from item.values()


def nodes(place: str, node: Any) -> Iterator[tuple[str, Node]]:
    """Every mapping of a document with its place."""
    if isinstance(node, Mapping):
        yield place, node
    pairs = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in pairs:
        yield from nodes(f"{place}/{key}", inner)


def unknown_evidence(node: Node) -> bool:
    """Whether a node lacks a level we know and a source."""
    evidence = node.get("x-evidence", {})
    return evidence.get("level") not in LEVELS or not evidence.get("source")


def test_the_document_is_valid_openapi(promise: Promise) -> None:
    validate(dict(promise.document))


def test_every_operation_but_login_promises_the_same_answers(promise: Promise) -> None:
    for one in operations(promise):
        expected = ["200", "400", "401"] if one["operationId"] == "login" else ["200", "400", "401", "403", "404"]
        assert list(one["responses"]) == expected, one["operationId"]


def test_every_operation_but_login_needs_the_token(promise: Promise) -> None:
    scheme = promise.document["components"]["securitySchemes"]["AuthToken"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "Auth-Token")
    assert promise.document["security"] == [{"AuthToken": []}]
    assert [one["operationId"] for one in operations(promise) if "security" in one] == ["login"]


def test_every_operation_parameter_and_response_says_how_it_is_known(promise: Promise) -> None:
    lacking = []
    for one in operations(promise):
        parts = {
            one["operationId"]: one,
            **{f"{one['operationId']} {part['name']}": part for part in one.get("parameters", ())},
            **{f"{one['operationId']} {status}": part for status, part in one["responses"].items()},
        }
        lacking += [place for place, part in parts.items() if unknown_evidence(part)]
    assert lacking == []


def test_what_only_the_documentation_has_does_not_lean_on_the_client(promise: Promise) -> None:
    only_documented = next(block.lines for block in blocks("disagreements.txt") if block.name == "OP-DOCS-ONLY")
    for one in operations(promise):
        good = one["responses"]["200"]["x-evidence"]["level"]
        assert good == ("documented" if one["operationId"] in only_documented else "client"), one["operationId"]


def test_every_operation_names_section_version_and_words_for_people(promise: Promise) -> None:
    for one in operations(promise):
        assert one["x-section"] in SECTIONS, one["operationId"]
        assert one["x-since"] in ("1.0", "1.1", "1.2"), one["operationId"]
        assert len(one["tags"]) == 1, one["operationId"]
        assert one["summary"], one["operationId"]


def test_secrets_are_marked(promise: Promise) -> None:
    """What is marked is masked in journal, log and reports."""
    for one in operations(promise):
        for parameter in one.get("parameters", ()):
            secret = "password" in parameter["name"].lower() and parameter["schema"]["type"] == "string"
            marked = (parameter.get("x-secret", False), parameter["schema"].get("format") == "password")
            assert marked == (secret, secret), (one["operationId"], parameter["name"])


def test_every_text_a_put_can_change_can_be_cleared(promise: Promise) -> None:
    """U6: on PUT an empty text clears, except OUPath, where it means stay; elsewhere empty is absent."""
    for item in promise.document["paths"].values():
        for method, one in item.items():
            for parameter in one.get("parameters", ()):
                text = parameter["schema"]["type"] == "string" and "x-field" in parameter
                clears = method == "put" and text and parameter["in"] == "query" and not parameter.get("required")
                expected = clears and parameter["name"] != "OUPath"
                assert parameter.get("allowEmptyValue", False) == expected, (one["operationId"], parameter["name"])


def test_defaults_and_enums_fit_their_schemas(promise: Promise) -> None:
    """connexion would check this; it is left out there because it is slow."""
    for one in operations(promise):
        for parameter in one.get("parameters", ()):
            schema = parameter["schema"]
            for value in [*schema.get("enum", ()), *([schema["default"]] if "default" in schema else ())]:
                assert Schema(schema).fault(value) is None, (one["operationId"], parameter["name"], value)


def test_every_example_fits_its_schema(promise: Promise, folder: Path) -> None:
    documents = [promise.document, *(join(file) for file in sorted((folder / "schemas").glob("*.yaml")))]
    wrong, seen = [], 0
    for document in documents:
        for place, node in nodes("", document):
            if "example" in node and ("schema" in node or "type" in node):
                seen += 1
                fault = Schema(node.get("schema", node)).fault(node["example"])
                wrong += [f"{place}: {fault}"] if fault else []
    assert wrong == []
    assert seen > 84, "every answer has an example"


def test_every_answer_has_an_example(promise: Promise) -> None:
    for one in operations(promise):
        for status, answer in one["responses"].items():
            assert "example" in answer["content"]["application/json"], (one["operationId"], status)


def test_json_is_the_only_media_type(promise: Promise) -> None:
    for one in operations(promise):
        for status, answer in one["responses"].items():
            assert list(answer["content"]) == ["application/json"], (one["operationId"], status)
