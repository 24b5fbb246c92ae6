"""Pieces of the JSON schema of seeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT: Mapping[str, Any] = {"type": "string"}
NAME: Mapping[str, Any] = {"type": "string", "minLength": 1}
NAMES: Mapping[str, Any] = {"type": "array", "items": NAME, "uniqueItems": True}
FLAG: Mapping[str, Any] = {"type": "boolean"}

#: A moment as clients see it.
MOMENT: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$",
}


def an_object(*required: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object with these keys and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def a_list(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A list of things of a kind."""
    return {"type": "array", "items": entry}


def by_name(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Things of a kind under names."""
    return {"type": "object", "additionalProperties": entry}
