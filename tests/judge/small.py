"""A small promise with habits: headers that name what was made, lists in an envelope, a token in the query."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from contract_tests.exchange import Call, Exchange, Response, build_request
from contract_tests.promise import Promise

ROOT = "https://shop.example"
NOTE = {
    "type": "object",
    "required": ["ID", "text"],
    "properties": {"ID": {"type": "string", "pattern": "^[0-9]+$"}, "text": {"type": "string"}},
}
LIST = {
    "type": "object",
    "properties": {
        "data": {"type": "array", "items": NOTE},
        **{name: {} for name in ("start", "limit", "count", "total")},
    },
}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _number(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "integer"}}


def _body(schema: Mapping[str, Any]) -> dict[str, Any]:
    types = ("application/json", "application/x-www-form-urlencoded")
    return {"content": {name: {"schema": schema} for name in types}}


def _operation(name: str, outcome: str, *parameters: dict[str, Any], answers: Mapping[str, Any], **more: Any) -> Any:
    return {
        "operationId": name,
        "x-outcome": outcome,
        "parameters": list(parameters),
        "responses": {**answers, "400": {}},
        **more,
    }


def _shown(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"200": {"content": {"application/json": {"schema": schema}}}}


TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "x-field": "text"}}}
WORDS = {"x-field": "words", "type": "object", "additionalProperties": {"type": "string"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "security": [{"Token": []}],
    "paths": {
        "/book/{book}/notes": {
            "get": _operation(
                "listNotes", "read", _path("book"), _number("start"), _number("limit"), answers=_shown(LIST)
            ),
            "post": _operation(
                "createNote", "create", _path("book"), answers={"201": {"headers": {"X-Created": {"required": True}}}},
                requestBody=_body(TEXT), **{"x-location": "/note/{id}"},
            ),
            "put": _operation(
                "changeNotes", "update", _path("book"), answers={"200": {}, "303": {}}, requestBody=_body(WORDS),
                **{"x-location": "/book/{book}/notes"},
            ),
        },
        "/note/{note}": {
            "get": _operation("getNote", "read", _path("note"), answers=_shown(NOTE)),
            "put": _operation(
                "updateNote", "update", _path("note"), answers={"200": {}}, requestBody=_body(TEXT),
                **{"x-location": "/note/{note}"},
            ),
            "delete": _operation(
                "deleteNote", "delete", _path("note"), answers={"200": {}, "204": {}}, **{"x-deleted": "note"}
            ),
        },
        "/note/{note}/export": {
            "get": _operation("exportNote", "read", _path("note"), answers={**_shown(NOTE), "404": {}})
        },
    },
}  # fmt: skip

MADE = {"X-Location": "{url}", "X-Created": "{id}"}
CONVENTIONS: dict[str, Any] = {
    "media_type": "application/json",
    "base_paths": ["/v1", "/"],
    "envelope": {"error": "error.message"},
    "casing": {"routes": "exact", "query_names": "exact"},
    "credential": {"in": "query", "name": "token"},
    "names_as_ids": [{"parameter": "book", "key": "book.name", "operations": []}],
    "outcomes": {
        "read": {"code": 200, "body": True, "headers": {}},
        "create": {"code": 201, "body": False, "headers": MADE},
        "create-by-put": {"code": 303, "body": False, "headers": MADE},
        "update": {"code": 200, "body": False, "headers": {"X-Location": "{url}"}},
        "delete": {"code": 200, "body": False, "headers": {"X-Deleted": "{kind} {id}"}},
    },
    "situations": {
        "bad-input": {"code": 400},
        "not-found": {"code": 400},
        "unauthenticated": {"code": 400},
        "delete-unknown": {"code": 204},
        "not-ready": {"code": 404},
    },
    "mirrors": {"methods": ["POST", "PUT"], "differ": ["/book/{book}/notes"]},
    "lists": {"order": "id", "items": "data", "start": "start", "limit": "limit", "count": "count", "total": "total"},
    "paging": {
        "start": {"parameter": "start", "default": 0},
        "limit": {"parameter": "limit", "default": 100, "maximum": 100, "above": "clamped"},
    },
    "dialects": {
        "new": {},
        "old": {
            "outcomes": {
                "create": {"code": 201, "body": False, "headers": {"X-Location": "{id}"}},
                "create-by-put": {"code": 201, "body": False, "headers": {"X-Location": "{id}"}},
            },
            "situations": {"delete-unknown": {"code": 400}, "not-ready": {"code": 400}},
        },
    },
}


def promise(**changed: Any) -> Promise:
    """The promise, with some of its conventions otherwise."""
    return Promise("small", DOCUMENT, {**deepcopy(CONVENTIONS), **changed})


def exchange(
    of: Promise,
    operation: str,
    values: Mapping[str, str | list[str]] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    **more: Any,
) -> Exchange:
    """An exchange that never happened."""
    known = of.operation(operation)
    filled = {one.name: "7" for one in known.parameters if one.place == "path"}
    call = Call(known, {**filled, **(values or {})}, **more)
    lines = tuple((name.lower(), text) for name, text in (headers or {}).items())
    return Exchange(call, build_request(call, base=of.base), Response(status, lines, body))
