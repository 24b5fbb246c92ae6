"""Values in the types a schema wants: texts of a form as numbers, an empty PHP array as the map it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.kernel.texts import Convert, Doubt, converter


@dataclass(frozen=True, slots=True)
class Shaping:
    """How values came, and what they may stand for.

    ``texts``: every scalar came as a text. ``arrays``: lists and maps are one type, as in PHP: an empty list is an
    empty map, and a list of a form a map whose keys are numbers. ``words`` are those for true and false. ``digits``:
    a whole number may be a text, whatever the encoding, and a text a number.
    """

    texts: bool
    arrays: bool
    words: Mapping[Any, bool] | None = None
    digits: bool = False

    def shaped(self, value: Any, schema: Any) -> Any:
        """A value as near to an OpenAPI schema as it comes; what does not fit is left as it is.

        ``x-shown-key`` of a schema is the key of a map in answers whose value is meant where the map is sent back,
        ``x-other-spellings`` are words that mean one of its own.
        """
        if not isinstance(schema, Mapping):
            return value
        if isinstance(value, dict) and "x-shown-key" in schema:
            value = value.get(schema["x-shown-key"], value)
        wanted = schema.get("type")
        if self.arrays:
            value = self._turned(value, wanted)
        if isinstance(value, dict):
            known, others = schema.get("properties", {}), schema.get("additionalProperties")
            return {key: self.shaped(inner, known.get(key, others)) for key, inner in value.items()}
        if isinstance(value, list):
            items = _items(schema)
            return value if items is None else [self.shaped(inner, items) for inner in value]
        if isinstance(value, str) and "x-other-spellings" in schema:
            value = schema["x-other-spellings"].get(value, value)
        return self._scalar(value, wanted)

    def _scalar(self, value: Any, wanted: Any) -> Any:
        if isinstance(value, str) and wanted is not None and (self.texts or (self.digits and wanted == "integer")):
            return _read(converter(wanted, self.words), value)
        if wanted == "string" and self.digits and type(value) in (int, float):
            return orjson.dumps(value).decode()
        if wanted == "boolean" and self.words is not None:
            return self.words.get(value, value)
        return value

    def _turned(self, value: Any, wanted: Any) -> Any:
        if wanted == "object" and isinstance(value, list) and (self.texts or not value):
            return {str(number): inner for number, inner in enumerate(value)}
        return [] if wanted == "array" and value == {} else value


def _items(schema: Mapping[str, Any]) -> Any:
    """The schema of what is in a list, which may be one of several things; ``None`` where nothing is said of it."""
    if "items" in schema or "anyOf" not in schema:
        return schema.get("items")
    return next((one["items"] for one in schema["anyOf"] if "items" in one), None)


def _read(convert: Convert | None, text: str) -> Any:
    try:
        return text if convert is None else convert(text)
    except Doubt:
        return text
