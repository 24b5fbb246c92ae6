"""The words of the lists kept beside this module, for schemas and operations of the specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.promise import lists
from tests.promise.lists import Block

__all__ = ("Block", "blocks", "envelope_block", "operation_blocks", "schema_block")


def blocks(file: str) -> list[Block]:
    """A list file beside this module."""
    return lists.blocks(Path(__file__).parent / file)


def kind(schema: Mapping[str, Any]) -> str:
    """The type of a schema in the words of the lists: ``string(uuid)``, ``string[A|B]``, ``array of string``."""
    if schema.get("type") == "array":
        return f"array of {kind(schema['items'])}"
    shown = str(schema["type"])
    if "format" in schema:
        shown += f"({schema['format']})"
    return f"{shown}[{'|'.join(schema['enum'])}]" if "enum" in schema else shown


def operation_blocks(document: Mapping[str, Any], envelopes: Mapping[str, Any]) -> Iterator[Block]:
    """Every operation of a bundled OpenAPI document in the words of operations.txt; ``envelopes`` by name."""
    for path, item in document["paths"].items():
        for method, node in item.items():
            lines = [_parameter(one) for one in node.get("parameters", ())]
            if node.get("security", document["security"]):
                scheme = document["components"]["securitySchemes"]["AuthToken"]
                lines.append(f"{scheme['in']} {scheme['name']} string required")
            good = node["responses"]["200"]["content"]["application/json"]["schema"]
            names = [name for name, schema in envelopes.items() if schema == good]
            words = [node["operationId"], method.upper(), path, node["x-since"], node["x-section"], *names]
            yield Block(" ".join(words), tuple(lines))


def schema_block(name: str, schema: Mapping[str, Any]) -> Block:
    """An object schema in the words of schemas.txt."""
    return Block(name, tuple(f"{key} {_nullable(one)}" for key, one in schema["properties"].items()))


def envelope_block(name: str, schema: Mapping[str, Any], objects: Mapping[str, Any]) -> Block:
    """An envelope in the words of schemas.txt; ``objects`` are the schemas a result can hold, by name."""
    result = schema["properties"]["result"]
    inner = result["items"] if result["type"] == "array" else result
    held = next((known for known, one in objects.items() if one == inner), None) or kind(inner)
    words = [name, f"{held}[]" if result["type"] == "array" else held]
    return Block(" ".join([*words, "nullable"] if result.get("nullable") else words), ())


def _nullable(schema: Mapping[str, Any]) -> str:
    return f"{kind(schema)} nullable" if schema.get("nullable") else kind(schema)


def _parameter(node: Mapping[str, Any]) -> str:
    schema = node["schema"]
    words = [node["in"], node["name"], kind(schema)]
    if node.get("required"):
        words.append("required")
    if "default" in schema:
        words.append(f"default={str(schema['default']).lower() if schema['type'] == 'boolean' else schema['default']}")
    if "x-default-setting" in node:
        words.append(f"default=setting:{node['x-default-setting']}")
    if "x-field" in node:
        words.append(f"sets={node['x-field']}")
    if "x-max-length" in node:
        words.append(f"max={node['x-max-length']}")
    return " ".join(words)
