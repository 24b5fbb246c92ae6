"""Schemas of OpenAPI 3.0 made checkable: ``nullable`` becomes a type, validators are compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import jsonschema_rs

Schema = Mapping[str, Any]

_UUID: re.Pattern[str] = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DATE: re.Pattern[str] = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
#: Formats that JSON Schema drafts check loosely or not at all.
FORMATS: dict[str, Callable[[str], bool]] = {
    "uuid": lambda text: bool(_UUID.fullmatch(text)),
    "date": lambda text: bool(_DATE.fullmatch(text)),
}

#: Items of one list that are looked at for keys; a list of thousands repeats one shape.
LOOKED_AT = 200

_NESTED = ("items", "not", "additionalProperties")
_LISTS = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a value breaks its schema. ``pointer`` is a JSON pointer into the value."""

    pointer: str
    keyword: str
    message: str


class Validator:
    """A compiled schema. Formats are checked."""

    def __init__(self, schema: Schema) -> None:
        self._inner = jsonschema_rs.Draft4Validator(to_draft4(schema), validate_formats=True, formats=FORMATS)

    def faults(self, value: Any) -> Iterator[Fault]:
        """Every fault of the value, in the order the schema is walked."""
        for error in self._inner.iter_errors(value):
            pointer = "".join(f"/{part}" for part in error.instance_path)
            yield Fault(pointer, str(error.schema_path[-1]) if error.schema_path else "", error.message)


def to_draft4(schema: Any) -> Any:
    """The schema with OpenAPI's ``nullable`` written as JSON Schema; extensions are left out."""
    if not isinstance(schema, Mapping):
        return schema
    out = {
        key: value for key, value in schema.items() if not key.startswith("x-") and key not in ("nullable", "example")
    }
    for key in _NESTED:
        if key in out:
            out[key] = to_draft4(out[key])
    for key in _LISTS:
        if key in out:
            out[key] = [to_draft4(one) for one in out[key]]
    if "properties" in out:
        out["properties"] = {name: to_draft4(one) for name, one in out["properties"].items()}
    return _nullable(out) if schema.get("nullable") else out


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    out = {**schema, "type": [schema["type"], "null"]}
    if "enum" in out and None not in out["enum"]:
        out["enum"] = [*out["enum"], None]
    return out


class _Same:
    """A schema, which is never changed, as what it is and not as what it holds."""

    __slots__ = ("schema",)

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


def properties_of(schema: Schema) -> Mapping[str, Schema]:
    """Declared keys of an object schema, those of its parts included."""
    return _properties(_Same(schema))


@lru_cache(maxsize=4096)
def _properties(same: _Same) -> Mapping[str, Schema]:
    found: dict[str, Schema] = {}
    for key in _LISTS:
        for one in same.schema.get(key, ()):
            found.update(properties_of(one))
    found.update(same.schema.get("properties", {}))
    return MappingProxyType(found)


def objects_in(value: Any, schema: Schema, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any], Schema]]:
    """Every object of a value with the schema it stands under, where that names its keys.

    Pointers name list items as ``*``; of a list the first `LOOKED_AT` items are looked at.
    """
    if isinstance(value, Mapping):
        known = properties_of(schema)
        if known and not isinstance(schema.get("additionalProperties"), Mapping):
            yield pointer, value, schema
        for key, inner in value.items():
            if isinstance(inner, dict | list) and key in known:
                yield from objects_in(inner, known[key], f"{pointer}/{key}")
    elif isinstance(value, list):
        for item in value[:LOOKED_AT]:
            yield from objects_in(item, schema.get("items", {}), f"{pointer}/*")


def kind_of(schema: Schema) -> str:
    """The type word of a schema, looking into its parts; empty where there is none."""
    if "type" in schema:
        return str(schema["type"])
    if "properties" in schema:
        return "object"
    return next((kind_of(one) for key in _LISTS for one in schema.get(key, ())), "")
