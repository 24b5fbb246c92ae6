"""Bodies of requests: keys count in their exact spelling, both encodings and both methods mean the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import Call, Request, build_request
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Parameter
from contract_tests.rules.creation import look
from contract_tests.rules.inputs import differs
from contract_tests.rules.registry import scenario_rule
from contract_tests.rules.views import update_all
from contract_tests.showing import as_sent, kept, settable
from contract_tests.stage import Stage

BODIES = "bodies in conventions.yaml"
FORM = "application/x-www-form-urlencoded"
PLACES = ("body", "content")


def bodied(operation: Operation) -> list[Parameter]:
    """What an operation takes in its body."""
    return [one for one in operation.parameters if one.place in PLACES]


def takes_forms(stage: Stage) -> bool:
    """Whether a body may be JSON and may be a form."""
    return FORM in stage.conventions.get("bodies", {}).get("media_types", ())


@scenario_rule("encodings-agree", title="A form means the same as JSON", source=BODIES)
def encodings_agree(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation and an update whose body is a form, with what is nested in brackets, leave what is sent, as those with
    JSON do: the one is made like the other, and shows the same keys."""
    if not takes_forms(stage):
        return
    for action in resource.all("create"):
        if not bodied(action.operation):
            continue
        given, parts = stage.arguments.creation(resource, action, {}, full=True, variant=0)
        thing, made = stage.create(resource, action, given, parts, form=True, why="create by a form")
        if thing is not None and made.succeeded and resource.shown:
            body, seen = stage.refresh(thing)
            yield from as_sent(thing, body, given, seen, "when it was made by a form")
    for action in resource.all("update"):
        if bodied(action.operation):
            yield from _updated_by_form(stage, resource, action)


def _updated_by_form(stage: Stage, resource: Resource, action: Action) -> Iterator[Complaint]:
    thing = stage.make_for(resource, action, full=True, why="create something to update by a form")
    before, _ = stage.refresh(thing)
    for parameter in settable(action, thing):
        sent = stage.arguments.another(resource, action.operation, parameter, before.get(parameter.field or ""))
        if sent is None:
            continue
        values = {**stage.values(thing, action), **sent}
        exchange = stage.call(action.operation, values, form=True, why=f"update {parameter.name} by a form")
        after, seen = stage.refresh(thing)
        if exchange.succeeded:
            yield from as_sent(thing, after, sent, seen, "when it was updated by a form", by=action)
            free = {str(parameter.field)}
            yield from kept(thing, before, after, exchange, free=free, why=" by a form", steps=(seen,))
        before = after


@scenario_rule(
    "mirrors-do-the-same",
    title="Of two methods that are the same each does what the other does",
    source="mirrors in conventions.yaml",
)
def mirrors_do_the_same(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """At an address that has one of them, the other makes, changes and answers the same."""
    evidence = level_of(stage.conventions.get("mirrors"), Evidence.DOCUMENTED)
    for action in resource.all("create"):
        for method in stage.promise.routes.mirrored(action.operation):
            given, parts = stage.arguments.creation(resource, action, {}, full=True, variant=0)
            why = f"create by {method}"
            thing, made = stage.create(
                resource, action, given, parts, method=method, mirrored=True, why=why, evidence=evidence
            )
            if thing is not None and made.succeeded and resource.shown:
                body, seen = stage.refresh(thing)
                yield from as_sent(thing, body, given, seen, f"when it was made by {method}")
    for action in resource.all("update"):
        for method in stage.promise.routes.mirrored(action.operation):
            thing = stage.make_for(resource, action, full=True, why="create something to update")
            look(stage, thing)
            exchange = update_all(stage, thing, action, method=method, mirrored=True)
            if exchange.succeeded:
                after, seen = stage.refresh(thing)
                names = {one.name for one in settable(action, thing)} & set(exchange.call.values)
                sent = {name: str(exchange.call.values[name]) for name in names}
                yield from as_sent(thing, after, sent, seen, f"when it was updated by {method}", by=action)


@scenario_rule(
    "unknown-keys-ignored",
    title="A key that nobody documented has no effect",
    source="bodies.unknown_keys in conventions.yaml",
    evidence=Evidence.CLIENT,
)
def unknown_keys_ignored(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation with one succeeds and shows what else was sent; an update with it alone changes nothing."""
    unknown = stage.conventions.get("bodies", {}).get("unknown_keys", {})
    if unknown.get("are") != "ignored":
        return
    strange = {"zz-unknown": "1"}
    for action in resource.all("create", "update"):
        if not bodied(action.operation) or any(one.place == "content" for one in bodied(action.operation)):
            continue
        if action.verb == "create":
            given, parts = stage.arguments.creation(resource, action, {}, full=True, variant=0)
            thing, made = stage.create(
                resource, action, given, parts, beside=strange, why="an unknown key", evidence=Evidence.CLIENT
            )
            if thing is not None and made.succeeded and resource.shown:
                body, seen = stage.refresh(thing)
                yield from as_sent(thing, body, given, seen, "beside an unknown key")
            continue
        thing = stage.make_for(resource, action, full=True, why="create something to update")
        before = look(stage, thing)
        exchange = stage.call(
            action.operation,
            stage.values(thing, action),
            beside=strange,
            why="an unknown key",
            evidence=Evidence.CLIENT,
        )
        yield from kept(thing, before, look(stage, thing), exchange, why=" by an unknown key")


@scenario_rule(
    "maps-are-flat",
    title="A body that is a map has nothing but its entries",
    source="bodies of the operations; FIELD-VALUES in DEVIATIONS.md",
    evidence=Evidence.ASSUMED,
)
def maps_are_flat(stage: Stage, resource: Resource) -> None:
    """A creation or update whose body is a map is refused when the map is wrapped in the key that answers show it
    under: an entry is no map itself."""
    for action in resource.all("create", "update"):
        for parameter in action.operation.parameters:
            field = parameter.field or ""
            if parameter.place != "content" or field not in resource.map:
                continue
            thing = stage.make_for(resource, action, full=True, why="create one to do otherwise")
            text = stage.inner(thing, parameter)
            if text is None:
                continue
            wrapped = {parameter.name: json.dumps({field: json.loads(text)})}
            why, known = f"entries below {field}", Evidence.ASSUMED
            if action.verb == "update":
                stage.call(
                    action.operation, {**stage.values(thing, action), **wrapped}, "bad-input", why=why, evidence=known
                )
                continue
            given, parts = stage.arguments.creation(resource, action, wrapped, full=False, variant=0)
            stage.create(resource, action, given, parts, "bad-input", why=why, evidence=known)


@scenario_rule(
    "bodies-of-reads-ignored",
    title="A body that none is meant for changes nothing",
    source="bodies.ignored in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="operation",
    writes=False,
)
def bodies_of_reads_ignored(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read gets the same answer with a body: one of JSON, and one that nothing can be read from."""
    ignored = stage.conventions.get("bodies", {}).get("ignored", ())
    if operation.method not in ignored or not operation.safe:
        return
    values = stage.happy(operation)
    plain = build_request(Call(operation, values))
    before = stage.call(operation, values, why="as promised")
    for content, media_type in ((b"[]", "application/json"), (b"\xff{", "text/plain")):
        raw = Request(plain.method, plain.target, (("Content-Type", media_type),), content)
        exchange = stage.bare(operation, values, None, raw=raw, why="with a body")
        if differs(stage, before, exchange, values):
            told = f"{exchange.response.status}, another answer"
            yield Complaint("a body changes the answer", told, "the same answer", media_type, exchange=exchange)


@scenario_rule(
    "bodies-of-deletions-ignored",
    title="A deletion with a body deletes as one without",
    source="bodies.ignored in conventions.yaml; clients send [] with each DELETE",
    evidence=Evidence.ASSUMED,
)
def bodies_of_deletions_ignored(stage: Stage, resource: Resource) -> None:
    """An empty list, and an object with keys: the thing is gone afterwards, so that deleting it again finds nothing."""
    ignored = stage.conventions.get("bodies", {}).get("ignored", ())
    for action in resource.all("delete"):
        for content in (b"[]", b'{"zz-unknown": "1"}') if action.operation.method in ignored else ():
            thing = stage.make_for(resource, action, why="create something to delete with a body")
            plain = build_request(Call(action.operation, stage.address(action, thing)))
            raw = Request(plain.method, plain.target, (("Content-Type", "application/json"),), content)
            why = f"a deletion with the body {content.decode()}"
            exchange = stage.remove(thing, action, why=why, evidence=Evidence.ASSUMED, raw=raw)
            if exchange.succeeded:
                values, why = stage.address(action, thing), f"{why}, again"
                stage.call(action.operation, values, "not-found", why=why, evidence=Evidence.ASSUMED)


@scenario_rule(
    "empty-list-names-nothing",
    title="An empty list in place of an object names nothing",
    source="EMPTY-ARRAY in DEVIATIONS.md: PHP writes an array without keys so",
)
def empty_list_names_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A change with the body [] succeeds and changes nothing, where a body is not demanded to say anything."""
    if not stage.conventions.get("bodies", {}).get("brackets"):
        return
    for action in resource.all("update"):
        known = bodied(action.operation)
        if not known or any(one.required for one in known if one.place == "body"):
            continue
        thing = stage.make_for(resource, action, full=True, why="create something to change in nothing")
        before = look(stage, thing)
        values = stage.address(action, thing)
        plain = build_request(Call(action.operation, values))
        raw = Request(plain.method, plain.target, (("Content-Type", "application/json"),), b"[]")
        exchange = stage.call(action.operation, values, raw=raw, why="a change with the body []")
        yield from kept(thing, before, look(stage, thing), exchange, why=" by an empty list")


@scenario_rule(
    "body-that-cannot-be-read",
    title="A body that cannot be read is refused, and makes nothing",
    source=BODIES,
    evidence=Evidence.ASSUMED,
    grave=True,
)
def body_that_cannot_be_read(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Broken JSON, JSON that is no object, a media type that none is promised for, one that is nested too deeply, and
    one that is too large."""
    promised: Mapping[str, Any] = stage.conventions.get("bodies", {})
    if not promised:
        return
    for action in resource.all("create"):
        if not any(one.place == "body" for one in bodied(action.operation)):
            continue
        given, _ = stage.arguments.creation(resource, action, {}, full=False, variant=0)
        plain = build_request(Call(action.operation, given))
        for content, media_type, why in _broken(plain.body, promised):
            raw = Request(plain.method, plain.target, (("Content-Type", media_type),), content)
            exchange = stage.bare(
                action.operation, given, "malformed-request|bad-input", raw=raw, why=why, evidence=Evidence.ASSUMED
            )
            if exchange.succeeded:
                yield Complaint(
                    f"a body is taken: {why}", str(exchange.response.status), "refused", why, exchange=exchange
                )
        break


def _broken(good: bytes, promised: Mapping[str, Any]) -> Iterator[tuple[bytes, str, str]]:
    value = json.loads(good)
    yield good[:-1], "application/json", "JSON without its end"
    yield b"[1, 2]", "application/json", "JSON that is no object"
    yield good, "text/plain", "another media type"
    deep = int(promised.get("max_depth", 0))
    if deep:
        nested = "[" * (deep + 1) + "]" * (deep + 1)
        yield (
            json.dumps({**value, "zz-unknown": 0}).replace(": 0}", f": {nested}}}").encode(),
            "application/json",
            "JSON too deep",
        )
    most = int(promised.get("max_bytes", 0))
    if most:
        yield json.dumps({**value, "zz-unknown": "x" * most}).encode(), "application/json", "a body too large"
