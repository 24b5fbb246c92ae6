"""What tests of promises read out of documents and conventions, whatever the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from apitwin.data.bundle import join
from mockserver.kernel.operation import Operation

Node = Mapping[str, Any]


def schemas_in(folder: Path) -> dict[str, Any]:
    """Every named schema of every file of a promise, references replaced."""
    return {name: schema for file in sorted((folder / "schemas").glob("*.yaml")) for name, schema in join(file).items()}


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Every operation object with path and method, those that share an address included."""
    for path, item in document["paths"].items():
        for method, node in item.items():
            yield path, method, node
            for also in node.get("x-also", ()):
                yield also["x-path"], method, also


def nodes(place: str, node: Any) -> Iterator[tuple[str, Node]]:
    """Every mapping of a document with its place."""
    if isinstance(node, Mapping):
        yield place, node
    pairs = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in pairs:
        yield from nodes(f"{place}/{key}", inner)


def actions(resource: Node) -> Iterator[tuple[str, Node]]:
    """Every action of a resource with the word it stands under."""
    for word, uses in resource.items():
        for use in uses if isinstance(uses, list) else ():
            if isinstance(use, Mapping) and "operation" in use:
                yield word, use


def every_action(rules: Node) -> Iterator[tuple[str, str, Node]]:
    """Every action of every resource: resource, word, action."""
    for name, resource in rules["resources"].items():
        for word, use in actions(resource):
            yield name, word, use


def body_keys(operation: Operation) -> dict[str, Node]:
    """The keys of a request body by name, in any of its media types."""
    content = operation.body["content"] if operation.body else {}
    return {key: one for media in content.values() for key, one in media["schema"].get("properties", {}).items()}


def arguments(operation: Operation) -> set[str]:
    """Everything that can be said to an operation by name."""
    return {*(one.name for one in operation.parameters), *body_keys(operation)}


def mandatory(operation: Operation) -> set[str]:
    """What must be said to it."""
    content = operation.body["content"] if operation.body else {}
    wanted = {key for media in content.values() for key in media["schema"].get("required", ())}
    return {one.name for one in operation.parameters if one.required} | wanted


def payload(operation: Operation, rules: Node) -> Node:
    """The schema of the thing, or of each thing, that a success shows; empty where it shows none."""
    for status, response in operation.responses.items():
        for media in response.get("content", {}).values() if status < 300 else ():
            return _unwrapped(media["schema"], rules)
    return {}


def payload_keys(operation: Operation, rules: Node) -> set[str]:
    """The keys of that schema, those of its parts included."""
    return set(_properties(payload(operation, rules)))


def _unwrapped(schema: Node, rules: Node) -> Node:
    wrapped = rules.get("envelope", {}).get("payload")
    if wrapped:
        schema = schema["properties"][wrapped]
    items = rules.get("lists", {}).get("items")
    properties = schema.get("properties", {})
    if items in properties and rules["lists"]["start"] in properties:
        schema = properties[items]
    unwrapped: Node = schema.get("items", schema)
    return unwrapped


def _properties(schema: Node) -> dict[str, Node]:
    found = dict(schema.get("properties", {}))
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, ()):
            found |= _properties(part)
    return found
