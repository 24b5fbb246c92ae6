"""JSON schemas of a promise, compiled: OpenAPI 3.0 schemas turned into draft 4 and checked by jsonschema-rs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema_rs
import orjson

#: Keywords of OpenAPI 3.0 that mean nothing to a JSON schema validator.
NO_KEYWORDS = frozenset({"nullable", "example", "xml", "discriminator", "externalDocs", "writeOnly", "readOnly"})

#: Characters of a message that are shown, and of the value in it.
LONGEST, SHOWN = 400, 80


def draft4(schema: Any) -> Any:
    """The draft 4 schema equal to an OpenAPI 3.0 schema without references: `nullable` becomes a type and a value."""
    if isinstance(schema, list):
        return [draft4(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {key: draft4(value) for key, value in schema.items() if key not in NO_KEYWORDS and not key.startswith("x-")}
    return _nullable(kept) if schema.get("nullable") is True else kept


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


class Schema:
    """A compiled schema."""

    def __init__(self, schema: Mapping[str, Any], *, formats: bool = True) -> None:
        self._source = draft4(schema)
        self._validator = jsonschema_rs.Draft4Validator(
            self._source, validate_formats=formats, ignore_unknown_formats=True
        )
        self.is_valid = self._validator.is_valid

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value, with the place inside it, shortened; ``None`` when it is right."""
        for outer in self._validator.iter_errors(value):
            error = _innermost(outer)
            place = ".".join(str(part) for part in error.instance_path)
            told = self._told(error)
            text = f"{place}: {told}" if place else told
            return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
        return None

    def _told(self, error: jsonschema_rs.ValidationError) -> str:
        """What is wrong, and which words or kinds of values are allowed where a schema names several."""
        kinds = jsonschema_rs.ValidationErrorKind
        if not isinstance(error.kind, kinds.Enum | kinds.AnyOf | kinds.OneOfNotValid):
            return str(error.message)
        rule = self._source
        for part in error.schema_path:
            rule = rule[part]
        shown = orjson.dumps(error.instance).decode()
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
        allowed = [_word(one) for one in rule] if isinstance(error.kind, kinds.Enum) else _kinds(rule)
        return f"{shown} is not allowed; allowed: {', '.join(allowed)}"


def _innermost(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """What is wrong inside a value that is of one of several kinds; the error itself where the value is of none."""
    for faults in getattr(error.kind, "context", ()):
        if faults and len(faults[0].instance_path) > len(error.instance_path):
            return _innermost(faults[0])
    return error


def _word(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _kinds(schemas: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    """What values several schemas allow, each once: words, or types."""
    found: dict[str, None] = {}
    for one in schemas:
        types = one.get("type", ())
        words = [_word(value) for value in one.get("enum", ())]
        found |= dict.fromkeys(words or ([types] if isinstance(types, str) else types))
    return found
