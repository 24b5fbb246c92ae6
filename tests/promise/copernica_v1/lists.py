"""The specification in the words of the lists kept beside this module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.promise import lists
from tests.promise.lists import Block
from tests.promise.reading import Node

Schemas = Mapping[str, Any]

#: Schemas of whole bodies that are no list of keys.
BODIES = {"FieldValuesInput": "values", "InterestsInput": "interests", "ConditionInput": "condition required",
          "ConditionChange": "condition"}  # fmt: skip
#: Bodies that are no JSON.
RAW = {("text/csv",): "csv", ("application/xml",): "xml", ("message/rfc822", "text/html", "text/plain"): "message"}


def blocks(file: str) -> list[Block]:
    """A list file beside this module."""
    return lists.blocks(Path(__file__).parent / file)


def operation_block(path: str, method: str, node: Node, schemas: Schemas) -> Block:
    """An operation in the words of operations.txt."""
    statuses = ",".join(status for status in node["responses"] if status != "400")
    good = next(iter(node["responses"].values()))
    words = [node["operationId"], method.upper(), path, node["x-section"], statuses, _shown(good, schemas)]
    lines = [_parameter(one) for one in node.get("parameters", ())]
    return Block(" ".join(words), (*lines, *_body(node, schemas), *_headers(good, node)))


def kind(schema: Node, schemas: Schemas) -> str:
    """The type of a schema of an answer in the words of schemas.txt."""
    for name, word in {"Id": "digits", "Digits": "digits", "Timestamp": "time"}.items():
        if schema == schemas[name]:
            return word
    for name, known in schemas.items():
        if schema == known and name.endswith("List"):
            return f"list {name.removesuffix('List')}"
    if "enum" in schema:
        return f"words={'|'.join(schema['enum'])}"
    if "anyOf" in schema:
        return "|".join("lists" if one.get("type") == "array" else one["type"] for one in schema["anyOf"])
    word = "strings" if schema["type"] == "array" else str(schema["type"])
    if schema.get("nullable"):
        return ("digits" if "pattern" in schema else word) + "?"
    return word


def _shown(good: Node, schemas: Schemas) -> str:
    content = good.get("content", {})
    if "application/json" not in content:
        return RAW.get(tuple(content), "nothing")
    schema = content["application/json"]["schema"]
    name = _name(schema, schemas)
    if name:
        return f"list {name.removesuffix('List')}" if name.endswith("List") else name
    if "anyOf" in schema:
        return f"array {'|'.join(_item(one, schemas) for one in schema['anyOf'])}"
    return f"array {_item(schema, schemas)}"


def _item(schema: Node, schemas: Schemas) -> str:
    items = schema["items"]
    name = _name(items, schemas)
    return "id" if name == "Id" else name or items.get("format") or str(items["type"])


def _name(schema: Node, schemas: Schemas) -> str | None:
    return next((name for name, known in schemas.items() if known == schema), None)


def _parameter(node: Node) -> str:
    schema = node["schema"]
    if node["in"] == "path":
        return f"path {node['name']}"
    word = "date" if schema.get("format") == "date" else "strings" if schema["type"] == "array" else schema["type"]
    default = f"default={str(schema['default']).lower()}" if "default" in schema else ""
    words = ["query", node["name"], word, "required" if node.get("required") else "", default, _words(node, schema)]
    return " ".join(one for one in words if one)


def _words(node: Node, schema: Node) -> str:
    words = schema.get("enum") or node.get("x-enum")
    return f"words={'|'.join(words)}" if words else ""


def _body(node: Node, schemas: Schemas) -> Iterator[str]:
    content = node.get("requestBody", {}).get("content", {})
    if not content:
        return
    schema = content["application/json"]["schema"]
    name = _name(schema, schemas)
    if name in BODIES:
        yield f"body {BODIES[name]}"
        return
    for key, one in schema["properties"].items():
        required = "required" if key in schema.get("required", ()) else ""
        if one.get("x-ignored"):
            yield f"ignored {key}"
        else:
            words = ["key", key, _key_kind(one, schemas), required, _words({}, one)]
            yield " ".join(word for word in words if word)


def _key_kind(schema: Node, schemas: Schemas) -> str:
    name = _name(schema, schemas)
    if name in BODIES:
        return BODIES[name]
    return "id" if "anyOf" in schema else "conditions" if schema["type"] == "array" else str(schema["type"])


def _headers(good: Node, node: Node) -> Iterator[str]:
    for header in good.get("headers", {}):
        address = {"X-Location": node.get("x-location"), "X-Deleted": node.get("x-deleted")}.get(header)
        yield f"header {header} {address}" if address else f"header {header}"
