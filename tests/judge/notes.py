"""A small API of notes by hand, its promise, and a way to give it faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, unquote

from contract_tests.credentials import Credentials
from contract_tests.exchange import Exchange
from contract_tests.guard import Guard
from contract_tests.ledger import Ledger
from contract_tests.model import tellers
from contract_tests.promise import Promise
from contract_tests.resources import resources_of
from contract_tests.rules.registry import discover
from contract_tests.samples import tag_of
from contract_tests.session import Session
from contract_tests.stage import Stage
from contract_tests.targets import AsgiTarget

COLORS = ["red", "green", "dark blue"]
NOTE = {
    "type": "object",
    "required": ["name", "color", "text"],
    "properties": {
        "name": {"type": "string"},
        "color": {"type": "string", "enum": COLORS},
        "text": {"type": "string"},
    },
    "additionalProperties": False,
}


def _envelope(result: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["output", "result"],
        "properties": {"output": {"type": "string"}, "result": result},
        "additionalProperties": False,
    }


def _reply(result: dict[str, Any]) -> dict[str, Any]:
    return {"description": "answer", "content": {"application/json": {"schema": _envelope(result)}}}


def _operation(name: str, result: dict[str, Any], *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    refused = _reply({"nullable": True, "enum": [None]})
    replies = {"200": _reply(result), "400": refused, "401": refused, "404": refused}
    return {"operationId": name, "parameters": list(parameters), "responses": replies, **more}


def _query(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string", **schema}}


NAME = {"name": "Name", "in": "path", "required": True, "schema": {"type": "string"}}
COLOR = {**_query("Color", enum=COLORS), "x-field": "color"}
TEXT = {**_query("Text", maxLength=20), "x-field": "text"}
LIMIT = _query("Limit", type="integer", minimum=1, maximum=50)
LABEL = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["Label"],
                "properties": {"Label": {"type": "string"}, "Weight": {"type": "integer", "minimum": 0}},
            }
        }
    },
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "notes", "version": "1"},
    "security": [{"Token": []}],
    "components": {"securitySchemes": {"Token": {"type": "apiKey", "in": "header", "name": "X-Token"}}},
    "paths": {
        "/notes": {"get": _operation("listNotes", {"type": "array", "items": NOTE}, LIMIT, _query("Containing"))},
        "/notes/{Name}": {
            "get": _operation("getNote", NOTE, NAME),
            "post": _operation("createNote", NOTE, NAME, COLOR, TEXT),
            "put": _operation("changeNote", NOTE, NAME, COLOR, TEXT),
            "delete": _operation("deleteNote", NOTE, NAME),
        },
        "/notes/{Name}/label": {"put": _operation("labelNote", NOTE, NAME, requestBody=LABEL)},
        "/notes/{Name}/name": {
            "put": _operation("renameNote", NOTE, NAME, {**_query("NewName"), "required": True}),
        },
    },
}

CONVENTIONS: dict[str, Any] = {
    "api": "notes",
    "envelope": {"payload": "result", "message": "output"},
    "credential": {"in": "header", "name": "X-Token"},
    "situations": {"bad-input": {"code": 400}, "unauthenticated": {"code": 401}, "not-found": {"code": 404}},
    "resources": {
        "note": {
            "naming": ["name"],
            "create": [{"operation": "createNote", "target": {"Name": "name"}}],
            "read": [{"operation": "getNote", "target": {"Name": "name"}}],
            "list": [{"operation": "listNotes"}],
            "update": [{"operation": "changeNote", "target": {"Name": "name"}}],
            "act": [{"operation": "labelNote", "target": {"Name": "name"}, "needs": {"Label": "urgent"}}],
            "rename": [{"operation": "renameNote", "target": {"Name": "name"}, "to": {"NewName": "name"}}],
            "delete": [{"operation": "deleteNote", "target": {"Name": "name"}}],
        }
    },
}
PROMISE = Promise("notes", DOCUMENT, CONVENTIONS)
#: Notes of other people.
FOREIGN = {name: {"name": name, "color": "red", "text": "not yours"} for name in ("alpha", "Beta", "z")}

Answer = tuple[int, Any]
#: Changes an answer before it is sent: operation, arguments and answer to status, body and content type.
Fault = Callable[[str, dict[str, Any], Answer], tuple[int, Any, str]]


class BadInput(Exception):
    """An argument that is refused."""


def faultless(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    """Nothing is changed."""
    return *answer, "application/json"


@dataclass
class Notes:
    """The API. ``wildcards``: it takes ``*`` in a name for any letters, as careless servers do."""

    fault: Fault = faultless
    wildcards: bool = False
    notes: dict[str, dict[str, Any]] = field(default_factory=lambda: {key: dict(one) for key, one in FOREIGN.items()})

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError("no lifespan")
        content = (await receive())["body"]
        status, body, media_type = self.answer(scope, content)
        headers = [(b"content-type", media_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": body if isinstance(body, bytes) else json.dumps(body).encode()}
        )

    def answer(self, scope: Any, content: bytes) -> tuple[int, Any, str]:
        parts = [unquote(one) for one in scope["raw_path"].decode().strip("/").split("/")]
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        operation = self._operation(scope["method"], parts)
        given: dict[str, Any] = {**query, **({"Name": parts[1]} if len(parts) > 1 else {}), "content": content}
        if (b"x-token", b"good") not in scope["headers"]:
            return self.fault(operation, given, (401, {"output": "who are you?", "result": None}))
        try:
            status, result = getattr(self, operation)(given)
            answer = {"output": "done" if status == 200 else "not found", "result": result}
        except BadInput as error:
            status, answer = 400, {"output": str(error), "result": None}
        return self.fault(operation, given, (status, answer))

    def _operation(self, method: str, parts: list[str]) -> str:
        template = "/".join(["notes", "{Name}", *parts[2:]][: len(parts)])
        return str(DOCUMENT["paths"][f"/{template}"][method.lower()]["operationId"])

    def _found(self, given: dict[str, Any]) -> Iterator[str]:
        for name in list(self.notes):
            if name == given["Name"] or (self.wildcards and fnmatchcase(name, given["Name"])):
                yield name

    def _fields(self, given: dict[str, Any]) -> dict[str, str]:
        if given.get("Color", "red") not in COLORS:
            raise BadInput(f"Color {given['Color']!r} is none of {COLORS}")
        if len(given.get("Text", "")) > 20:
            raise BadInput("Text is longer than 20 letters")
        return {key.lower(): given[key] for key in ("Color", "Text") if key in given}

    def listNotes(self, given: dict[str, Any]) -> Answer:
        limit = given.get("Limit", "50")
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= 50:
            raise BadInput(f"Limit {limit!r} is no number from 1 to 50")
        wanted = given.get("Containing", "")
        return 200, [one for one in self.notes.values() if wanted in one["text"]][: int(limit)]

    def getNote(self, given: dict[str, Any]) -> Answer:
        return next(((200, self.notes[name]) for name in self._found(given)), (404, None))

    def createNote(self, given: dict[str, Any]) -> Answer:
        if given["Name"] in self.notes:
            raise BadInput(f"{given['Name']!r} exists")
        note = {"name": given["Name"], "color": "red", "text": "", **self._fields(given)}
        self.notes[given["Name"]] = note
        return 200, note

    def changeNote(self, given: dict[str, Any]) -> Answer:
        fields = self._fields(given)
        for name in self._found(given):
            self.notes[name] |= fields
        return self.getNote(given)

    def labelNote(self, given: dict[str, Any]) -> Answer:
        try:
            body = json.loads(given["content"])
        except ValueError as error:
            raise BadInput(f"the body is no JSON: {error}") from error
        if not isinstance(body, dict) or not isinstance(body.get("Label"), str):
            raise BadInput("Label is missing")
        return self.getNote(given)

    def renameNote(self, given: dict[str, Any]) -> Answer:
        fresh = given.get("NewName", "")
        if not fresh or fresh in self.notes:
            raise BadInput(f"NewName {fresh!r} is empty or exists")
        if given["Name"] not in self.notes:
            return 404, None
        self.notes[fresh] = {**self.notes.pop(given["Name"]), "name": fresh}
        return 200, self.notes[fresh]

    def deleteNote(self, given: dict[str, Any]) -> Answer:
        gone = [self.notes.pop(name) for name in self._found(given)]
        return (200, gone[0]) if gone else (404, None)


@dataclass
class Run:
    """A stage over an API of notes, and everything that was sent on it."""

    stage: Stage
    sent: list[Exchange]

    @property
    def requests(self) -> list[tuple[str, str, tuple[tuple[str, str], ...], bytes]]:
        exchanges = (one.request for one in self.sent)
        return [(one.method, one.target, one.headers, one.body) for one in exchanges]

    @property
    def found(self) -> set[tuple[str, str]]:
        """Rules and the operations they found broken."""
        return {(one.rule, one.operation) for one in self.stage.session.findings}


def run_on(app: Notes, *, seed: int = 0, promise: Promise = PROMISE) -> Run:
    """A run that is about to begin."""
    resources = resources_of(promise)
    ledger = Ledger(None, tag=tag_of(seed), api=promise.name, telling=tellers(resources))
    sent: list[Exchange] = []
    session = Session(
        promise=promise,
        target=AsgiTarget(app),
        credentials=Credentials({"valid": "good"}),
        ledger=ledger,
        guard=Guard(promise=promise, resources=resources.values(), ledger=ledger),
        rules=discover(),
        seen=sent.append,
    )
    return Run(Stage(session, resources, seed=seed, environment={}), sent)
