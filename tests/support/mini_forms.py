"""A miniature API with other habits than `mini`: forms with brackets, mirrored methods, base paths, headers that name
what was made, answers that are no JSON, a credential in the query, pages for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.api import Api
from mockserver.kernel.engine import Engine
from mockserver.kernel.errors import ApiError, NotFound, Unauthenticated
from mockserver.kernel.http import Call, Caller, Reply, Visit
from mockserver.kernel.operation import Operation
from mockserver.kernel.pages import html, joined, moved, shown
from mockserver.kernel.promise import Promise
from mockserver.kernel.settings import Value
from mockserver.kernel.store.protocol import Index, Kind, Store
from mockserver.kernel.work import Work

#: The token every call needs.
TOKEN = "5ecret-0f-the-tester"

ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class Note:
    """A text under a number."""

    id: str
    text: str


NOTES: Kind[Note] = Kind("mini-forms.note", Note, indexes=(Index((), "id"),))


def _operation(name: str, *parameters: dict[str, Any], answers: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    refused = {"description": "refused", "content": {"application/json": {"schema": ERROR}}}
    responses = {**answers, **dict.fromkeys(("400", "500"), refused)}
    return {"operationId": name, "parameters": list(parameters), "responses": responses, **more}


def _content(schema: Mapping[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"description": "done", "content": {media_type: {"schema": schema}}}


def _body(schema: Mapping[str, Any], *, required: bool = True) -> dict[str, Any]:
    types = ("application/json", "application/x-www-form-urlencoded")
    return {"required": required, "content": {name: {"schema": schema} for name in types}}


def _parameter(name: str, place: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


ANY = {"200": _content({})}
NOTHING = {"200": {"description": "done"}}
MADE = {
    "201": {
        "description": "made",
        "headers": {
            "X-Location": {"required": True, "schema": {"type": "string", "format": "uri"}},
            "X-Created": {"required": True, "schema": {"type": "integer"}},
            "X-Hint": {"schema": {"type": "string", "maxLength": 3}},
        },
    }
}
NUMBER = _parameter("id", "path", {"type": "string", "pattern": "^[0-9]+$"})
DAY = _parameter("day", "path", {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
FILE = _parameter("file", "path", {"type": "string"})
KIND = _parameter("kind", "path", {"type": "string", "enum": ["Plain", "Rich"]})
NOTE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 20}}}
TYPED = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "maximum": 99},
        "share": {"type": "number"},
        "done": {"type": "boolean"},
        "kind": {"type": "string", "enum": ["Plain", "Rich"]},
        "list": {"type": "array", "items": {"type": "integer"}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "mini-forms", "version": "1"},
    "security": [{"Token": []}],
    "components": {"securitySchemes": {"Token": {"type": "apiKey", "in": "query", "name": "access_token"}}},
    "paths": {
        "/notes": {
            "post": _operation("createNote", answers=MADE, requestBody=_body(NOTE)),
            "get": _operation(
                "listNotes",
                _parameter("ids[]", "query", {"type": "array", "items": {"type": "integer", "minimum": 1}}),
                _parameter("limit", "query", {"type": "integer", "default": 100}),
                _parameter("total", "query", {"type": "boolean", "default": True}),
                _parameter("X-Depth", "header", {"type": "integer"}),
                answers=ANY,
            ),
        },
        "/note/{id}": {
            "get": _operation("getNote", NUMBER, answers=ANY),
            "put": _operation("updateNote", NUMBER, answers=NOTHING, requestBody=_body(NOTE)),
            "delete": _operation("deleteNote", NUMBER, answers={**NOTHING, "204": {"description": "there was none"}}),
        },
        "/note/{id}/tags": {
            "post": _operation("addTags", NUMBER, answers=ANY, requestBody=_body({})),
            "put": _operation("setTags", NUMBER, answers=ANY, requestBody=_body({}, required=False)),
        },
        "/only/{id}": {"post": _operation("onlyPost", NUMBER, answers=ANY, requestBody=_body({}, required=False))},
        "/typed": {"post": _operation("typed", answers=ANY, requestBody=_body(TYPED))},
        "/kinds/{kind}": {"get": _operation("kinds", KIND, answers=ANY)},
        "/logs/{file}": {
            "get": {
                **_operation("getLog", FILE, answers={"200": _content({"type": "string"}, "text/csv")}),
                "x-also": [{**_operation("listLogs", DAY, answers=ANY), "x-path": "/logs/{day}"}],
            }
        },
        "/broken/{kind}": {"post": _operation("broken", FILE | {"name": "kind"}, answers=MADE)},
    },
}

CONVENTIONS: dict[str, Any] = {
    "media_type": "application/json",
    "base_paths": ["/v1", "/"],
    "addresses": {"aliases": {"/memo/{id}": "/note/{id}"}},
    "casing": {"routes": "exact", "query_names": "exact"},
    "case_free": [{"operation": "kinds", "name": "kind"}, {"operation": "typed", "name": "kind"}],
    "booleans": {
        "query": {"true": ["true", "1", "yes"], "false": ["false", "0", "no"]},
        "body": {"true": [True, 1, "true", "1"], "false": [False, 0, "false", "0"]},
    },
    "query": {"repeated": "last", "lists": ["{name}[]", "{name}[{n}]", "{name}"]},
    "bodies": {
        "media_types": ["application/json", "application/x-www-form-urlencoded"],
        "absent": "application/x-www-form-urlencoded",
        "ignored": ["GET", "DELETE"],
        "brackets": True,
        "max_bytes": 4096,
        "max_depth": 8,
    },
    "mirrors": {"methods": ["POST", "PUT"], "differ": ["/note/{id}/tags", "/only/{id}"]},
    "credential": {"in": "query", "name": "access_token"},
}


class MiniConventions:
    """Every refusal is a 400, but for faults of the twin."""

    def visible(self, settings: Mapping[str, Value], operation: Operation) -> bool:
        """Everything."""
        return True

    def identify(self, work: Work, operation: Operation, credential: str | None) -> Caller:
        """The caller `tester`."""
        if credential != TOKEN:
            raise Unauthenticated("Invalid access token")
        return Caller("tester")

    def failure(self, error: ApiError) -> Reply:
        """`{"error": message}`."""
        return Reply({"internal": 500, "unavailable": 503}.get(error.situation, 400), {"error": error.message})


def create_note(work: Work, call: Call) -> Reply:
    """A new note; its address and number are in the headers."""
    number = str(len(work.store.select(NOTES)) + 1)
    work.store.insert(NOTES, Note(number, call.body["text"]))
    return Reply(201, None, (("X-Location", call.url(f"/note/{number}")), ("X-Created", number)))


def list_notes(work: Work, call: Call) -> Reply:
    """The arguments as decoded."""
    return Reply(200, dict(call.arguments))


def get_note(work: Work, call: Call) -> Reply:
    """One note."""
    note = work.store.get(NOTES, call.arguments["id"])
    if note is None:
        raise NotFound("no such note")
    return Reply(200, {"text": note.text})


def update_note(work: Work, call: Call) -> Reply:
    """Another text."""
    work.store.replace(NOTES, Note(call.arguments["id"], call.body["text"]))
    return Reply(200, None)


def delete_note(work: Work, call: Call) -> Reply:
    """No note any more."""
    if work.store.get(NOTES, call.arguments["id"]) is None:
        return Reply(204, None)
    work.store.delete(NOTES, call.arguments["id"])
    return Reply(200, None)


def echo(work: Work, call: Call) -> Reply:
    """What was asked, and how it came."""
    asked = {"operation": call.operation.id, "method": call.method, "body": call.body, "type": call.body_type}
    return Reply(200, {**asked, **call.arguments})


def get_log(work: Work, call: Call) -> Reply:
    """Two lines; nothing at all from the file `empty`, and bytes that are no text from `raw`."""
    content = {"empty": b"", "raw": b"\xff\x00"}.get(call.arguments["file"], b'1,"a b"\r\n2,c\r\n')
    return Reply(200, content, media_type="text/csv")


def broken(work: Work, call: Call) -> Reply:
    """Writes, then answers against the promise in the way that is asked for."""
    work.store.insert(NOTES, Note("99", "half"))
    good = (("X-Location", "http://localhost/note/1"), ("X-Created", "1"))
    replies = {
        "missing": Reply(201, None, good[:1]),
        "mistyped": Reply(201, None, (good[0], ("X-Created", "one"))),
        "long": Reply(201, None, (*good, ("X-Hint", "four"))),
        "split": Reply(201, None, (*good, ("X-Hint", "a\r\nSet-Cookie: b"))),
        "foreign": Reply(201, None, (*good, ("X-Hint", "日"))),
        "body": Reply(201, {"id": 1}, good),
        "type": Reply(400, b"<error/>", good, media_type="text/xml"),
        "nothing": Reply(400, None),
        "form": Reply(201, None, (("X-Location", "no address"), good[1])),
    }
    return replies[call.arguments["kind"]]


def guestbook(work: Work, visit: Visit) -> Reply:
    """All notes with a form to write one; a note `bad` breaks the page, after it was written."""
    if visit.method == "POST":
        number = str(len(work.store.select(NOTES)) + 1)
        work.store.insert(NOTES, Note(number, visit.form["text"]))
        if visit.form["text"] == "bad":
            raise ZeroDivisionError("broken page")
        return moved(visit.form.get("back", visit.url("/book")))
    items = joined([html("<li>{text}</li>", text=note.text) for note in work.store.select(NOTES)])
    return shown(
        html('<form><input value="{name}"></form><ul>{items}</ul>', name=visit.query.get("name", ""), items=items)
    )


API = Api(
    name="mini-forms",
    title="Mini with forms",
    kinds=(NOTES,),
    settings=(),
    handlers={
        "createNote": create_note,
        "listNotes": list_notes,
        "getNote": get_note,
        "updateNote": update_note,
        "deleteNote": delete_note,
        "addTags": echo,
        "setTags": echo,
        "onlyPost": echo,
        "typed": echo,
        "kinds": echo,
        "getLog": get_log,
        "listLogs": echo,
        "broken": broken,
    },
    conventions=lambda rules: MiniConventions(),
    plant=lambda work, document: None,
    seed_schema={"type": "object"},
    pages={"/book": guestbook},
)


def engine(store: Store) -> Engine:
    """The API on a store."""
    return Engine(api=API, promise=Promise("mini-forms", DOCUMENT, CONVENTIONS), store=store)
