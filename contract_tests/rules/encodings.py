"""Encodings: every write reads its body by the media type, and takes each that is promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from contract_tests.evidence import Evidence
from contract_tests.exchange import Call, Exchange, Request, build_request
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation
from contract_tests.rules.body import BODIES, FORM, bodied, takes_forms
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import as_sent, kept, settable
from contract_tests.stage import Stage, Thing

JSON = "application/json"
KNOWN = Evidence.ASSUMED
#: What programs turn into something else in the names of a form, and in its values.
NAME, VALUE = "{tag} a.b c", "1 + 2 = 3 & 50%"


@scenario_rule(
    "media-types-of-every-write",
    title="Each write takes every promised media type",
    source=BODIES,
    evidence=KNOWN,
    each="operation",
)
def media_types_of_every_write(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """JSON with a charset behind its media type is taken, and so is a form, and a form without a media type: what is
    sent is there afterwards."""
    found = stage.action_of(operation)
    if operation.safe or found is None or not bodied(operation) or not stage.conventions.get("bodies"):
        return
    resource, action = found
    for why, typed in _taken(stage):
        if action.verb == "create":
            given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
            stage.create(resource, action, given, parts, raw=typed(Call(operation, given)), why=why, evidence=KNOWN)
        elif action.verb in ("update", "act", "bulk"):
            thing = stage.make_for(resource, action, full=True, why="create something to change")
            call, sent = _change(stage, thing, action)
            stage.bare(operation, call.values, raw=typed(call), why=why, evidence=KNOWN)
            if sent:
                body, seen = stage.refresh(thing)
                for one in as_sent(thing, body, sent, seen, f"when it was sent as {why}", by=action):
                    yield replace(one, evidence=KNOWN)


@scenario_rule(
    "unreadable-bodies-of-every-write",
    title="A change whose body cannot be read is refused, and changes nothing",
    source=BODIES,
    evidence=KNOWN,
    grave=True,
    each="operation",
)
def unreadable_bodies_of_every_write(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """JSON without its end, JSON that is a text, and a body of a media type that none is promised for. JSON without a
    media type is a form that names nothing."""
    found = stage.action_of(operation)
    if operation.safe or found is None or not bodied(operation) or not stage.conventions.get("bodies"):
        return
    resource, action = found
    if action.verb not in ("update", "act", "bulk"):
        return
    thing = stage.make_for(resource, action, full=True, why="create something nobody may change so")
    (call, _), before = _change(stage, thing, action), look(stage, thing)
    for raw, why in _refused(build_request(call)):
        situation = "malformed-request|bad-input"
        exchange = stage.bare(operation, call.values, situation, raw=raw, why=why, evidence=KNOWN)
        yield from _kept(thing, before, look(stage, thing), exchange, why)
    if stage.conventions["bodies"].get("absent") == FORM:
        plain, why = build_request(call), "JSON without a media type"
        exchange = stage.bare(
            operation, call.values, None, raw=Request(plain.method, plain.target, (), plain.body), why=why
        )
        yield from _kept(thing, before, look(stage, thing), exchange, why)


def _kept(
    thing: Thing, before: Mapping[str, Any], after: Mapping[str, Any], exchange: Exchange, why: str
) -> Iterator[Complaint]:
    return (replace(one, evidence=KNOWN) for one in kept(thing, before, after, exchange, why=f" by {why}"))


def _change(stage: Stage, thing: Thing, action: Action) -> tuple[Call, dict[str, str]]:
    """A call that changes something of a thing, and what it sets in it."""
    values = stage.values(thing, action)
    sent: dict[str, str] = {}
    inner = [one for one in bodied(action.operation) if (one.field or one.name) in thing.resource.map]
    if action.verb == "update":
        shown, _ = stage.refresh(thing)
        for parameter in settable(action, thing):
            other = stage.arguments.another(
                thing.resource, action.operation, parameter, shown.get(parameter.field or "")
            )
            sent = sent or other or {}
    elif inner and not inner[0].required:
        text = stage.inner(thing, inner[0])
        sent = {inner[0].name: text} if text else {}
    return Call(action.operation, {**values, **sent}), sent


def _taken(stage: Stage) -> Iterator[tuple[str, Any]]:
    """What makes the request of a call in another way, and which."""

    def typed(kind: str | None, *, form: bool) -> Any:
        def made(call: Call) -> Request:
            plain = build_request(replace(call, form=form))
            body = plain.body.replace(b"%20", b"+") if form else plain.body  # as PHP and browsers write blanks
            return Request(plain.method, plain.target, (("Content-Type", kind),) if kind else (), body)

        return made

    yield "a charset behind the media type", typed(f"{JSON}; charset=utf-8", form=False)
    if takes_forms(stage):
        yield "a form", typed(FORM, form=True)
        if stage.conventions["bodies"].get("absent") == FORM:
            yield "a form without a media type", typed(None, form=True)


def _refused(plain: Request) -> Iterator[tuple[Request, str]]:
    for body, kind, why in (
        (b'{"', JSON, "JSON without its end"),
        (b'"text"', JSON, "JSON that is a text"),
        (plain.body or b"{}", "text/plain", "another media type"),
    ):
        yield Request(plain.method, plain.target, (("Content-Type", kind),), body), why


@scenario_rule(
    "names-in-forms",
    title="Names and values in forms count as they are spelt",
    source="bodies.brackets in conventions.yaml; BRACKETS in DEVIATIONS.md",
    evidence=KNOWN,
)
def names_in_forms(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """An entry of a map whose name has blanks and dots, and whose value has signs that mean something in forms, is set
    by a form as it is by JSON."""
    if not takes_forms(stage) or resource.first("create") is None:
        return
    for action in resource.all("update"):
        for parameter in bodied(action.operation):
            if parameter.field is not None and parameter.field in resource.map:
                thing = stage.make_for(resource, action, why="create something to change by a form")
                name = _entry(stage, thing, resource.map[parameter.field].resource)
                for form in (True, False) if name else ():
                    text = orjson.dumps({name: f"{VALUE} {form}"}).decode()
                    values = {**stage.values(thing, action), parameter.name: text}
                    stage.call(action.operation, values, form=form, why="a name with blanks and dots", evidence=KNOWN)
                    body, seen = stage.refresh(thing)
                    where = f"when it was sent {'by a form' if form else 'as JSON'}"
                    for one in as_sent(thing, body, {parameter.name: text}, seen, where, by=action):
                        yield replace(one, evidence=KNOWN)


def _entry(stage: Stage, thing: Thing, kind: str) -> str:
    """The name of something new that keys of a map of a thing may name; empty where nothing makes it there."""
    inner = stage.resources[kind]
    creation = inner.first("create")
    holders: Mapping[str, str] = {part.resource: name for name, part in thing.action.parts.items()}
    for own, part in creation.parts.items() if creation else ():
        holder = thing.sent.get(holders.get(part.resource, ""))
        naming = next((one for one, key in creation.target.items() if key in inner.naming), None) if creation else None
        if creation is not None and holder and naming:
            name = NAME.replace("{tag}", stage.arguments.fresh_name(inner))
            given, parts = stage.arguments.creation(inner, creation, {own: holder, naming: name}, full=False, variant=0)
            made, _ = stage.create(inner, creation, given, parts, why="a name with blanks and dots", evidence=KNOWN)
            return name if made is not None else ""
    return ""
