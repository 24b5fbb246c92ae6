"""A miniature API, for tests of the pipeline that must not depend on any emulated system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.api import Api
from mockserver.kernel.engine import Engine
from mockserver.kernel.errors import ApiError, Duplicate, NotFound, Unauthenticated
from mockserver.kernel.http import Call, Caller, Reply
from mockserver.kernel.operation import Operation
from mockserver.kernel.promise import Promise
from mockserver.kernel.settings import Setting, Value
from mockserver.kernel.store.protocol import Index, Kind, Store
from mockserver.kernel.work import Work

STATUS = {
    "not-found": 404,
    "no-route": 404,
    "hidden": 404,
    "wrong-method": 405,
    "unauthenticated": 401,
    "internal": 500,
    "unavailable": 503,
}
RESULT = {"type": "object", "required": ["result"], "properties": {"result": {}}, "additionalProperties": False}
ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class Thing:
    """A named thing."""

    id: str
    size: int


THINGS: Kind[Thing] = Kind("mini.thing", Thing, indexes=(Index((), "id"),))


def _answers(schema: Mapping[str, Any] = RESULT) -> dict[str, Any]:
    error = {"description": "refused", "content": {"application/json": {"schema": ERROR}}}
    good = {"description": "done", "content": {"application/json": {"schema": schema}}}
    return {"200": good, **dict.fromkeys(("400", "401", "404", "500"), error)}


def _operation(name: str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"operationId": name, "parameters": list(parameters), "responses": _answers(), **more}


def _query(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    outside: dict[str, Any] = {key: more.pop(key) for key in ("required", "allowEmptyValue") if key in more}
    return {"name": name, "in": "query", "schema": {"type": kind, **more}, **outside}


NAME = {"name": "Name", "in": "path", "required": True, "schema": {"type": "string"}}
SIZE = {"name": "Size", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
BODY = {
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["Size"], "properties": {"Size": {"type": "integer"}}}
        }
    },
    "required": True,
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "mini", "version": "1"},
    "security": [{"Token": []}],
    "components": {"securitySchemes": {"Token": {"type": "apiKey", "in": "header", "name": "X-Token"}}},
    "paths": {
        "/Things/All": {"get": _operation("listThings")},
        "/Things/{Name}": {
            "get": _operation("getThing", NAME),
            "post": _operation("createThing", NAME, _query("Size", "integer", default=1, minimum=0, maximum=99)),
            "put": _operation("resizeThing", NAME, requestBody=BODY),
        },
        "/Echo": {
            "get": _operation(
                "echo",
                _query("Word", required=True),
                _query("Flag", "boolean", default=True),
                _query("Number", "integer"),
                _query("Color", enum=["Red", "Dark Blue"]),
                _query("Note", allowEmptyValue=True),
                {**_query("Password", maxLength=20), "x-secret": True},
                _query("Share", "number"),
                _query("Many", "array", items={"type": "integer"}),
            )
        },
        "/Sizes/{Size}/Of/{Name}": {"get": _operation("sizeOf", SIZE, NAME)},
        "/Open": {"get": _operation("open", security=[])},
        "/Deny": {"post": {**_operation("deny"), "responses": {"200": _answers()["200"]}}},
        "/Garble": {"post": _operation("garble")},
        "/Fail": {"post": _operation("fail")},
        "/Lie": {"post": {**_operation("lie"), "responses": _answers({"type": "object", "required": ["nothing"]})}},
    },
}

CONVENTIONS: dict[str, Any] = {
    "media_type": "application/json",
    "casing": {"routes": "insensitive", "query_names": "insensitive"},
    "credential": {"in": "header", "name": "X-Token"},
}


class MiniConventions:
    """The token is the word `good`."""

    def visible(self, settings: Mapping[str, Value], operation: Operation) -> bool:
        """Everything but the operation named by the setting `hidden`."""
        return settings["hidden"] != operation.id

    def identify(self, work: Work, operation: Operation, credential: str | None) -> Caller:
        """The caller `tester`."""
        if credential != "good":
            raise Unauthenticated(f"credential {credential!r} is not 'good'")
        return Caller("tester")

    def failure(self, error: ApiError) -> Reply:
        """`{"error": message}`."""
        return Reply(STATUS.get(error.situation, 400), {"error": error.message}, error.headers)


def list_things(work: Work, call: Call) -> Reply:
    """All ids."""
    return Reply(200, {"result": [thing.id for thing in work.store.select(THINGS)]})


def get_thing(work: Work, call: Call) -> Reply:
    """One thing."""
    thing = work.store.get(THINGS, call.arguments["Name"])
    if thing is None:
        raise NotFound(f"no thing {call.arguments['Name']!r}", rule="T1")
    return Reply(200, {"result": {"name": thing.id, "size": thing.size}})


def create_thing(work: Work, call: Call) -> Reply:
    """A new thing."""
    name = call.arguments["Name"]
    if work.store.get(THINGS, name):
        raise Duplicate(f"thing {name!r} exists")
    work.store.insert(THINGS, Thing(name, call.arguments["Size"]))
    return get_thing(work, call)


def resize_thing(work: Work, call: Call) -> Reply:
    """Another size, from a JSON body."""
    work.store.replace(THINGS, Thing(call.arguments["Name"], call.body["Size"]))
    return get_thing(work, call)


def echo(work: Work, call: Call) -> Reply:
    """The arguments as decoded."""
    return Reply(200, {"result": dict(call.arguments)})


def fail(work: Work, call: Call) -> Reply:
    """Writes, then breaks."""
    work.store.insert(THINGS, Thing("half", 1))
    raise ZeroDivisionError("secret detail")


def deny(work: Work, call: Call) -> Reply:
    """Writes, then refuses with a status that is not promised."""
    work.store.insert(THINGS, Thing("denied", 1))
    raise NotFound("secret refusal")


def garble(work: Work, call: Call) -> Reply:
    """Writes, then answers with a text that is no Unicode."""
    work.store.insert(THINGS, Thing("garbled", 1))
    return Reply(200, {"result": "\ud800"})


def lie(work: Work, call: Call) -> Reply:
    """Writes, then answers against the promise."""
    work.store.insert(THINGS, Thing("lie", 1))
    return Reply(200, {"result": 1})


API = Api(
    name="mini",
    title="Mini",
    kinds=(THINGS,),
    settings=(Setting("hidden", str, "", "operation to hide"),),
    handlers={
        "listThings": list_things,
        "getThing": get_thing,
        "createThing": create_thing,
        "resizeThing": resize_thing,
        "echo": echo,
        "open": echo,
        "sizeOf": echo,
        "deny": deny,
        "garble": garble,
        "fail": fail,
        "lie": lie,
    },
    conventions=lambda rules: MiniConventions(),
    plant=lambda work, document: None,
    seed_schema={"type": "object"},
)


def engine(store: Store) -> Engine:
    """The mini API on a store."""
    return Engine(api=API, promise=Promise("mini", DOCUMENT, CONVENTIONS), store=store)
