"""JSON schemas of a promise, compiled: OpenAPI 3.0 schemas turned into draft 4 and checked by jsonschema-rs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

#: Keywords of OpenAPI 3.0 that mean nothing to a JSON schema validator.
NO_KEYWORDS = frozenset({"nullable", "example", "xml", "discriminator", "externalDocs", "writeOnly", "readOnly"})

#: Characters of a message that are shown.
LONGEST = 400


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
        self._validator = jsonschema_rs.Draft4Validator(
            draft4(schema), validate_formats=formats, ignore_unknown_formats=True
        )
        self.is_valid = self._validator.is_valid

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value, with the place inside it, shortened; ``None`` when it is right."""
        for error in self._validator.iter_errors(value):
            place = ".".join(str(part) for part in error.instance_path)
            text = f"{place}: {error.message}" if place else str(error.message)
            return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
        return None
