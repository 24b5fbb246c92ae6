"""Every specification is a sound OpenAPI document: valid, exemplified, and every part of it says how it is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openapi_spec_validator import validate

from apitwin.data.bundle import join
from mockserver.kernel.promise import Promise
from mockserver.kernel.schema import Schema
from tests.promise.reading import Node, nodes, operations

LEVELS = ("documented", "client", "assumed")
SCHEMA_WORDS = ("schema", "type", "anyOf", "oneOf")


def unknown_evidence(node: Node) -> bool:
    """Whether a node lacks a level we know and a source."""
    evidence = node.get("x-evidence", {})
    return evidence.get("level") not in LEVELS or not evidence.get("source")


def parts(name: str, operation: Node) -> Iterator[tuple[str, Node]]:
    """What must say how it is known: an operation, its parameters, answers and their headers."""
    yield name, operation
    for part in operation.get("parameters", ()):
        yield f"{name} {part['name']}", part
    for status, answer in operation["responses"].items():
        yield f"{name} {status}", answer
        for header, part in answer.get("headers", {}).items():
            yield f"{name} {status} {header}", part


def test_the_document_is_valid_openapi(promise: Promise) -> None:
    validate(dict(promise.document))


def test_every_operation_is_read(promise: Promise) -> None:
    assert sorted(node["operationId"] for _, _, node in operations(promise.document)) == sorted(promise.operations)


def test_every_part_says_how_it_is_known(promise: Promise) -> None:
    found = [pair for _, _, node in operations(promise.document) for pair in parts(node["operationId"], node)]
    assert [place for place, part in found if unknown_evidence(part)] == []
    assert len(found) > 3 * len(promise.operations)


def test_every_key_of_a_body_says_how_it_is_known(promise: Promise) -> None:
    for _, _, node in operations(promise.document):
        for media in node.get("requestBody", {}).get("content", {}).values():
            schema = media["schema"]
            assert not unknown_evidence(schema), node["operationId"]
            for key, one in schema.get("properties", {}).items():
                assert not unknown_evidence(one), (node["operationId"], key)


def test_what_is_assumed_is_a_decision(promise: Promise, folder: Path) -> None:
    """A source in DEVIATIONS.md is a line there."""
    text = (folder / "DEVIATIONS.md").read_text("utf-8")
    for place, node in [*nodes("", promise.document), *nodes("conventions", promise.conventions)]:
        source = str(node.get("source", "")) if "level" in node else ""
        if source.startswith("DEVIATIONS.md "):
            assert f". [{source.split()[1]}] " in text, (place, source)


def test_every_operation_names_section_version_and_words_for_people(promise: Promise) -> None:
    sections = promise.conventions["sections"]
    versions = {one["version"] for one in promise.conventions["versions"]}
    for _, _, node in operations(promise.document):
        assert node["tags"] == [sections[node["x-section"]]["title"]], node["operationId"]
        assert node["x-since"] in versions, node["operationId"]
        assert node["summary"], node["operationId"]


def test_every_operation_with_a_token_is_refused_without(promise: Promise) -> None:
    """One scheme, in the place the conventions name, on everything but what yields a token."""
    (scheme,) = promise.document["components"]["securitySchemes"].items()
    place = promise.conventions["credential"]
    assert (scheme[1]["type"], scheme[1]["in"], scheme[1]["name"]) == ("apiKey", place["in"], place["name"])
    assert promise.document["security"] == [{scheme[0]: []}]
    open_to_all = [node["operationId"] for _, _, node in operations(promise.document) if "security" in node]
    assert open_to_all in (["login"], ["exchangeOauthCode"])


def test_secrets_are_marked(promise: Promise) -> None:
    """What is marked is masked in journal, log and reports."""
    for _, _, node in operations(promise.document):
        for parameter in node.get("parameters", ()):
            marks = (parameter.get("x-secret", False), parameter["schema"].get("format") == "password")
            assert marks[0] == marks[1], (node["operationId"], parameter["name"])


def test_defaults_and_enums_fit_their_schemas(promise: Promise) -> None:
    """connexion would check this; it is left out there because it is slow."""
    for place, schema in nodes("", promise.document):
        if isinstance(schema.get("type"), str) and isinstance(schema.get("enum", []), list):
            for value in [*schema.get("enum", ()), *([schema["default"]] if "default" in schema else ())]:
                assert Schema(schema).fault(value) is None, (place, value)


def test_every_example_fits_its_schema(promise: Promise, folder: Path) -> None:
    documents = [promise.document, *(join(file) for file in sorted((folder / "schemas").glob("*.yaml")))]
    wrong, seen = [], 0
    for document in documents:
        for place, node in nodes("", document):
            if "example" in node and any(word in node for word in SCHEMA_WORDS):
                seen += 1
                fault = Schema(node.get("schema", node)).fault(node["example"])
                wrong += [f"{place}: {fault}"] if fault else []
    assert wrong == []
    assert seen > len(promise.operations), "every answer has an example"


def test_every_answer_with_a_body_has_an_example(promise: Promise) -> None:
    for _, _, node in operations(promise.document):
        for status, answer in node["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                assert "example" in content, (node["operationId"], status, media_type)
