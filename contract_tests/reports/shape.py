"""The shape of reports in JSON: the schema that follows from their classes, and the way back from JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass
from typing import Any, cast, get_args, get_origin, get_type_hints

import jsonschema_rs

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


class ShapeError(ValueError):
    """JSON that is not of the shape; says where and why."""


def schema_of(kind: type, *, title: str) -> dict[str, Any]:
    """The JSON schema of a dataclass."""
    definitions: dict[str, Any] = {}
    root = _schema(kind, definitions)
    return {"$schema": DRAFT, "title": title, **root, "$defs": dict(sorted(definitions.items()))}


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is Counter:
        return {"type": "object", "additionalProperties": {"type": "integer"}}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if not isinstance(kind, type) or not is_dataclass(kind):
        raise TypeError(f"no schema for {kind!r}")
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        hints = get_type_hints(kind)
        definitions[kind.__name__] = {
            "type": "object",
            "required": [one.name for one in fields(kind)],
            "properties": {one.name: _schema(hints[one.name], definitions) for one in fields(kind)},
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}


def check(schema: dict[str, Any], value: Any) -> None:
    """Raises ``ShapeError`` with the first place that does not fit."""
    error = next(iter(jsonschema_rs.validator_for(schema).iter_errors(value)), None)
    if error is not None:
        place = "/".join(map(str, ["", *error.instance_path])) or "/"
        raise ShapeError(f"{place}: {error.message[:300]}")


def built(kind: Any, value: Any) -> Any:
    """An object of a dataclass from JSON that fits its schema."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return tuple(built(arguments[0], one) for one in value)
    if origin is dict:
        return {key: built(arguments[1], one) for key, one in value.items()}
    if origin is Counter:
        return Counter(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return cast(Any, kind)(**{name: built(hints[name], one) for name, one in value.items()})
    return value
