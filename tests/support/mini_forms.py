"""A miniature API with other habits than `mini`: forms with brackets, mirrored methods, base paths, headers that name
what was made, answers that are no JSON, a credential in the query, pages for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.api import Api
from mockserver.kernel.engine import Engine
from mockserver.kernel.errors import ApiError, NotFound, Unauthenticated
from mockserver.kernel.http import Batch, Call, Caller, Done, Reply, Visit
from mockserver.kernel.operation import Operation
from mockserver.kernel.pages import html, joined, moved, shown
from mockserver.kernel.promise import Promise
from mockserver.kernel.settings import Setting, Value
from mockserver.kernel.store.protocol import Index, Kind, Store
from mockserver.kernel.store.query import Order
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
NOTE_ID = NOTES.attribute("id")


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
RICHNESS = {"type": "string", "enum": ["Plain", "Rich"]}
KIND = _parameter("kind", "path", RICHNESS)
PARTS = (
    _parameter("from", "query", {"type": "integer", "minimum": 0, "default": 0}),
    _parameter("most", "query", {"type": "integer", "minimum": 0, "default": 2}),
    _parameter("counted", "query", {"type": "boolean", "default": True}),
)
NOTE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 20}}}
TYPED = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "maximum": 99},
        "share": {"type": "number"},
        "done": {"type": "boolean"},
        "kind": RICHNESS,
        "each": {"type": "array", "items": {"type": "object", "properties": {"kind": RICHNESS}}},
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
            "post": {
                **_operation("createNote", answers=MADE, requestBody=_body(NOTE)),
                "x-outcome": "create",
                "x-location": "/note/{id}",
            },
            "get": _operation(
                "listNotes",
                _parameter("ids[]", "query", {"type": "array", "items": {"type": "integer", "minimum": 1}}),
                _parameter("limit", "query", {"type": "integer", "default": 100}),
                _parameter("total", "query", {"type": "boolean", "default": True}),
                _parameter("X-Depth", "header", {"type": "integer"}),
                answers=ANY,
            ),
        },
        "/texts": {"get": {**_operation("listTexts", *PARTS, answers=ANY), "x-outcome": "read"}},
        "/note/{id}": {
            "get": _operation("getNote", NUMBER, answers=ANY),
            "put": {
                **_operation("updateNote", NUMBER, answers=NOTHING, requestBody=_body(NOTE)),
                "x-outcome": "update",
            },
            "delete": {
                **_operation("deleteNote", NUMBER, answers={**NOTHING, "204": {"description": "there was none"}}),
                "x-outcome": "delete",
                "x-deleted": "note",
            },
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
    "case_free": [
        {"operation": "kinds", "name": "kind"},
        {"operation": "typed", "name": "kind"},
        {"operation": "typed", "name": "each.kind"},
    ],
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
    "outcomes": {
        "read": {"code": 200, "body": True, "headers": {}},
        "create": {"code": 201, "body": False, "headers": {"X-Location": "{url}", "X-Created": "{id}"}},
        "update": {"code": 200, "body": False, "headers": {}},
        "delete": {"code": 200, "body": False, "headers": {"X-Deleted": "{kind} {id}"}},
    },
    "situations": {"delete-unknown": {"code": 204}},
    "dialects": {
        "new": {},
        "old": {
            "outcomes": {"create": {"code": 200, "body": False, "headers": {"X-Location": "{id}"}}},
            "situations": {"delete-unknown": {"code": 400}},
        },
    },
    "paging": {
        "start": {"parameter": "from"},
        "limit": {"parameter": "most", "maximum": 3},
        "total": {"parameter": "counted"},
    },
    "lists": {"items": "texts", "start": "from", "limit": "most", "count": "here", "total": "all"},
    "mirrors": {"methods": ["POST", "PUT"], "differ": ["/note/{id}/tags", "/only/{id}"]},
    "credential": {"in": "query", "name": "access_token"},
}


class MiniConventions:
    """Every refusal is a 400, but for faults of the twin; what ``situations`` give a good code is none."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._situations = rules["situations"]

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
        known = {"internal": 500, "unavailable": 503}.get(error.situation, 400)
        code = self._situations.get(error.situation, {"code": known})["code"]
        return Reply(code, {"error": error.message} if code >= 400 else None)


def create_note(work: Work, call: Call) -> Done:
    """A new note."""
    number = str(len(work.store.select(NOTES)) + 1)
    work.store.insert(NOTES, Note(number, call.body["text"]))
    return Done(id=number)


def list_notes(work: Work, call: Call) -> Reply:
    """The arguments as decoded."""
    return Reply(200, dict(call.arguments))


def list_texts(work: Work, call: Call) -> Done:
    """Texts of notes, by number."""
    notes = work.store.select(NOTES, order=(Order(NOTE_ID),), page=call.page)
    return Done(Batch([note.text for note in notes], lambda: work.store.count(NOTES)))


def get_note(work: Work, call: Call) -> Reply:
    """One note."""
    return Reply(200, {"text": _note(work, call).text})


def update_note(work: Work, call: Call) -> Done:
    """Another text."""
    work.store.replace(NOTES, Note(call.arguments["id"], call.body["text"]))
    return Done()


def delete_note(work: Work, call: Call) -> Done:
    """No note any more."""
    note = _note(work, call)
    work.store.delete(NOTES, note.id)
    return Done(id=note.id)


def _note(work: Work, call: Call) -> Note:
    note = work.store.get(NOTES, call.arguments["id"])
    if note is None:
        raise NotFound("no such note")
    return note


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
    settings=(Setting("dialect", str, "new", "how it answers", ("new", "old")),),
    handlers={
        "createNote": create_note,
        "listNotes": list_notes,
        "listTexts": list_texts,
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
    conventions=MiniConventions,
    plant=lambda work, document: None,
    seed_schema={"type": "object"},
    pages={"/book": guestbook},
)


def engine(store: Store) -> Engine:
    """The API on a store."""
    return Engine(api=API, promise=Promise("mini-forms", DOCUMENT, CONVENTIONS), store=store)
