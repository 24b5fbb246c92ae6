"""What is wrong with a document that people write by hand: the first fault, its place inside, the nearest fix."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from apitwin.data.names import nearest

#: A key that stands in a place as it is.
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

#: A message longer than this shows the beginning and the end.
MESSAGE_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Fault:
    """``place`` is written as `place_of` writes it, empty for the document itself."""

    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.message) if part)


def fault_in(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Fault | None:
    """The first thing in a document that a JSON schema (draft 7) does not allow."""
    try:
        errors = list(jsonschema_rs.Draft7Validator(dict(schema)).iter_errors(dict(document)))
    except ValueError as error:  # a value that JSON does not have
        return Fault("", str(error))
    if not errors:
        return None
    # a key that is missing is often one that is misspelt: tell of that first
    told = _told(next((error for error in errors if getattr(error.kind, "unexpected", None)), errors[0]))
    return Fault(place_of(*_whole(told, document)), _message(told, schema))


def place_of(*path: str | int) -> str:
    """A place in a document for a message: ``users["Kopi/Staff"][3].manager``; a key that is no word is quoted."""
    text = "".join(
        f".{part}" if isinstance(part, str) and WORD.fullmatch(part) else f"[{json.dumps(part, ensure_ascii=False)}]"
        for part in path
    )
    return text.removeprefix(".")


def _told(error: Any) -> Any:
    """The error to tell: of a choice that fits in no branch, the deepest one in a branch of the right type."""
    branches = getattr(error.kind, "context", None) or []
    inner = [each for branch in branches for each in branch if not _is_wrong_type(each, error.instance_path)]
    return _told(max(inner, key=lambda each: len(each.instance_path))) if inner else error


def _is_wrong_type(error: Any, path: list[str | int]) -> bool:
    return bool(error.kind.name == "type" and error.instance_path == path)


def _whole(error: Any, document: Any) -> list[str | int]:
    """The path to an error; jsonschema-rs leaves empty keys out of it, and takes a key such as ``"0"`` for a number."""
    node, whole, left = document, [], list(error.instance_path)
    while left or (isinstance(node, Mapping) and "" in node and node != error.instance):
        if isinstance(node, Mapping):
            part: str | int = str(left.pop(0)) if left and str(left[0]) in node else ""
        else:
            part = left.pop(0)
        whole.append(part)
        node = node[part]
    return whole


def _message(error: Any, schema: Mapping[str, Any]) -> str:
    unexpected = getattr(error.kind, "unexpected", None)
    if unexpected:
        return f"unknown key {unexpected[0]!r}{nearest(unexpected[0], _properties(schema, error.schema_path))}"
    options = getattr(error.kind, "options", None)
    if options and isinstance(error.instance, str):
        return f"{error.instance!r} is not allowed{nearest(error.instance, map(str, options))}"
    message = str(error.message)
    half = MESSAGE_LIMIT // 2
    return message if len(message) <= MESSAGE_LIMIT else f"{message[:half]} … {message[-half:]}"


def _properties(schema: Mapping[str, Any], path: list[str | int]) -> list[str]:
    """The keys allowed where an ``additionalProperties`` was broken."""
    node: Any = schema
    for part in path[:-1]:
        node = node[part]
    return list(node.get("properties", ()))
