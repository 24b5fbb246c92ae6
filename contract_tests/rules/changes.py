"""Changes: an update, a rename, a move or an action changes what it is said to, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from contract_tests.compare import NOTHING, dn_key
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.lasting import stays
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.creation import existence, lies, look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import as_sent, kept, settable
from contract_tests.stage import Stage, Thing

SEED = "PUT updates: the method table of the API"


@scenario_rule(
    "update-changes-only-what-was-sent", title="An update changes what was sent, and nothing else", source=SEED
)
def update_changes_only_what_was_sent(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Each argument of an update is sent alone: its key takes the value, in the answer and when read back, and every
    other key stays as it was. Keys that exclude each other may move together. A sibling stays as it is."""
    for action in resource.all("update"):
        sibling = stage.make_for(resource, action, full=True, why="create a sibling")
        thing = stage.make_for(resource, action, full=True, why="create something to update")
        aside, _ = stage.refresh(sibling)
        last, before = None, stage.refresh(thing)[0]
        for parameter in settable(action, thing):
            update = _update(stage, thing, action, parameter, before)
            yield from update.complaints
            last, before = update.exchange or last, update.after
        if last is not None:
            after, seen = stage.refresh(sibling)
            yield from kept(sibling, aside, after, last, why=" when another was updated", steps=(seen,))


class _Update(NamedTuple):
    """What came of one update: the exchange that made it, what the thing shows after it, and complaints about it."""

    exchange: Exchange | None
    after: dict[str, Any]
    complaints: list[Complaint]


def _update(stage: Stage, thing: Thing, action: Action, parameter: Parameter, before: dict[str, Any]) -> _Update:
    current = before.get(parameter.field or "")
    sent = stage.arguments.another(thing.resource, action.operation, parameter, current)
    if sent is None:
        return _Update(None, before, [])
    exchange = stage.call(action.operation, {**stage.values(thing, action), **sent}, why=f"update {parameter.name}")
    if not exchange.succeeded:
        return _Update(None, before, [])
    after, seen = stage.refresh(thing)
    complaints = _updated(stage, thing, action, parameter, sent, (before, after), (exchange, seen))
    return _Update(exchange, after, list(complaints))


def _updated(
    stage: Stage,
    thing: Thing,
    action: Action,
    parameter: Parameter,
    sent: Mapping[str, str],
    shown: tuple[Mapping[str, Any], Mapping[str, Any]],
    exchanges: tuple[Exchange, Exchange],
) -> Iterator[Complaint]:
    """Complaints about an update and the read after it; ``shown`` is what the thing showed before it and shows now."""
    (before, after), (exchange, seen) = shown, exchanges
    answer = stage.shown(action, exchange)
    if answer is not None:
        yield from as_sent(thing, answer, sent, exchange, "in the answer to its update", by=action)
    yield from as_sent(thing, after, sent, seen, "when read back after an update", by=action)
    # that unsent flags stay as they are is our reading: the documents print creation defaults there
    yield from kept(
        thing,
        before,
        after,
        exchange,
        free={parameter.field or "", *stage.arguments.linked(action.operation, parameter)},
        why=f" though only {parameter.name} was sent",
        flags=Evidence.ASSUMED,
        steps=(seen,),
    )


@scenario_rule(
    "update-of-nothing",
    title="An update that names nothing to change changes nothing",
    source="parameters of updates that may be left out",
    evidence=Evidence.ASSUMED,
)
def update_of_nothing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Sent with what names the thing only, it succeeds, and every key stays."""
    for action in resource.all("update"):
        if any(one.required and one.name not in action.target for one in action.operation.parameters):
            continue
        thing = stage.make_for(resource, action, full=True, why="create something to leave alone")
        before, _ = stage.refresh(thing)
        address = stage.address(action, thing)
        exchange = stage.call(action.operation, address, why="update nothing", evidence=Evidence.ASSUMED)
        after, seen = stage.refresh(thing)
        yield from kept(thing, before, after, exchange, why=" by an update of nothing", steps=(seen,))


@scenario_rule(
    "empty-clears",
    title="An empty value on an update clears the key",
    source="parameters with allowEmptyValue",
    evidence=Evidence.CLIENT,
)
def empty_clears(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Clients unset a text by sending it empty. What may be cleared is cleared; nothing else changes."""
    for action in resource.all("update"):
        thing = stage.make_for(resource, action, full=True, why="create something to clear")
        before, _ = stage.refresh(thing)
        for parameter in (one for one in settable(action, thing) if one.clears):
            field = parameter.field or ""
            if before.get(field) in NOTHING:
                continue
            values = {**stage.address(action, thing), parameter.name: ""}
            exchange = stage.call(action.operation, values, why=f"clear {parameter.name}", evidence=parameter.evidence)
            if not exchange.succeeded:
                continue
            after, seen = stage.refresh(thing)
            if after.get(field) not in NOTHING:
                message = f"{field} is still {after.get(field)!r} after it was sent empty"
                yield Complaint(message, repr(after.get(field)), "nothing", field, exchange=exchange, steps=(seen,))
            free = {field, *stage.arguments.linked(action.operation, parameter)}
            yield from kept(thing, before, after, exchange, free=free, why=f" though only {parameter.name} was sent")
            # set again: what is empty shows nothing of the next clearing
            again = {**stage.address(action, thing), parameter.name: str(before[field])}
            exchange = stage.call(action.operation, again, why=f"set {parameter.name} again")
            before = stage.shown(action, exchange) or stage.refresh(thing)[0]


@scenario_rule("renamed", title="A renamed thing has its new name, and only that", source=SEED)
def renamed(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The old name is gone from every address, the new one is there, the id stays, and no other key changes."""
    for action in resource.all("rename"):
        for creation in resource.all("create"):
            thing = stage.make(resource, action=creation, full=True, why="create something to rename")
            if not thing.concerns(action):
                continue
            before, _ = stage.refresh(thing)
            old = {one: stage.address(one, thing) for one in stage.actions(thing, "read", "facet", "exists")}
            taken = {name: thing.sent[name] for name in creation.target if name in thing.sent}
            fresh = stage.arguments.fresh_name(resource)
            exchange = stage.rename(thing, action, fresh, why="rename it")
            if not exchange.succeeded:
                continue
            after, seen = stage.refresh(thing)
            yield from _new_name(
                stage, thing, action, fresh, ((stage.shown(action, exchange), exchange), (after, seen))
            )
            free = resource.naming | resource.follows_name
            yield from kept(thing, before, after, exchange, free=free, why=" with a rename", steps=(seen,))
            yield from _old_addresses(stage, thing, old)
            again = {name: text for name, text in taken.items() if creation.target[name] in action.sets.values()}
            stage.make(resource, again, action=creation, why="give the old name to another one")


def _new_name(
    stage: Stage, thing: Thing, action: Action, fresh: str, shown: tuple[tuple[dict[str, Any] | None, Exchange], ...]
) -> Iterator[Complaint]:
    for fields, exchange in shown:
        for name in (*action.sets.values(), *thing.resource.also_named):
            if fields is not None and fields.get(name, fresh) != fresh:
                message = f"{name} is {fields[name]!r} after the rename"
                yield Complaint(message, repr(fields[name]), fresh, cause=name, exchange=exchange)


def _old_addresses(stage: Stage, thing: Thing, old: Mapping[Action, dict[str, str]]) -> Iterator[Complaint]:
    for action, values in old.items():
        if values == stage.address(action, thing):
            continue
        if action.verb == "exists":
            yield from existence(stage, action, values, False, "under its old name")
        else:
            stage.call(action.operation, values, "not-found", why="read it by its old name")


@scenario_rule("moved", title="A moved thing is in its new place, and unchanged", source=SEED)
def moved(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After a move the thing shows its new place, keeps its id, name and everything else."""
    for action in resource.all("move"):
        thing = stage.make_for(resource, action, full=True, why="create something to move")
        before, _ = stage.refresh(thing)
        goals = stage.goals(action)
        exchange = stage.move(thing, action, goals, why="move it", evidence=action.evidence)
        if not exchange.succeeded:
            continue
        after, seen = stage.refresh(thing)
        yield from kept(thing, before, after, exchange, free=resource.follows_place, why=" with a move", steps=(seen,))
        for place in goals.values():
            yield from _new_place(thing, action, after, place, exchange)


def _new_place(
    thing: Thing, action: Action, after: Mapping[str, Any], place: str, exchange: Exchange
) -> Iterator[Complaint]:
    for name, relation in thing.resource.place.items():
        shown = after.get(name)
        if not isinstance(shown, str):
            continue
        if not lies(shown, place, relation):
            message = f"{name} is {shown!r} after a move to {place!r}"
            yield Complaint(message, shown, place, cause=name, exchange=exchange, evidence=action.evidence)


@scenario_rule("contents-follow", title="What is inside follows", source=SEED)
def contents_follow(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After a container is renamed or moved, what lies in it is still there, and shows the new place."""
    for action in resource.all("rename", "move"):
        for inner in stage.resources.values():
            yield from _inner_follows(stage, resource, action, inner)


def _inner_follows(stage: Stage, resource: Resource, action: Action, inner: Resource) -> Iterator[Complaint]:
    """Judged on things that show the container they lie in."""
    parts = {name: one for name, one in inner.parts.items() if one.resource == resource.name}
    fields = [key for key, relation in inner.place.items() if relation == "equals"]
    if inner.fresh or len(parts) != 1 or not fields:
        return
    ((parameter, reference),) = parts.items()
    outer = stage.make_for(resource, action, why="create a container")
    creation = next(one for one in inner.all("create") if parameter in one.parts)
    place = {parameter: str(outer.get(reference.key))}
    thing = stage.make(inner, place, action=creation, why="create something in it")
    if action.verb == "rename":
        exchange = stage.rename(outer, action, stage.arguments.fresh_name(resource), why="rename the container")
    else:
        goals = stage.goals(action)
        exchange = stage.move(outer, action, goals, why="move the container")
    if not exchange.succeeded:
        return
    stage.refresh(outer)
    body, seen = stage.refresh(thing)
    now = str(outer.get(reference.key))
    for field in fields:
        if dn_key(str(body.get(field))) != dn_key(now):
            message = f"{field} of a {inner.title} inside is {body.get(field)!r}"
            yield Complaint(message, repr(body.get(field)), now, inner.name, exchange=exchange, steps=(seen,))


@scenario_rule(
    "acting-sets-flags",
    title="A flag of an action is set as sent",
    source="parameters of actions that set a key",
)
def acting_sets_flags(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Sent on and sent off, the key shows it."""
    for action in resource.all("act"):
        for parameter, key in action.sets.items():
            thing = stage.make_for(resource, action, why="create something to act on")
            for text in ("true", "false", "true"):
                values = {**stage.address(action, thing), parameter: text}
                exchange = stage.call(action.operation, values, why=f"{parameter}={text}")
                body, seen = stage.refresh(thing)
                if exchange.succeeded and body.get(key) is not (text == "true"):
                    message = f"{key} is {body.get(key)!r} after {parameter}={text}"
                    evidence = action.operation.by_name[parameter].evidence
                    yield Complaint(message, repr(body.get(key)), text, key, evidence, exchange, (seen,))


@scenario_rule(
    "acting-keeps-fields",
    title="An action on a thing leaves its keys alone, and may be repeated",
    source="enable, disable, unlock and the like change state, not attributes",
)
def acting_keeps_fields(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Actions succeed twice in a row, answer the thing they were for, and change no key they are not said to."""
    for action in resource.all("act"):
        for thing in _acted_on(stage, resource, action):
            yield from _acted(stage, thing, action)


def _acted_on(stage: Stage, resource: Resource, action: Action) -> Iterator[Thing]:
    """One made with the minimum, and those that have every key between them, given those that exclude each other."""
    yield stage.make_for(resource, action, why="create something to act on")
    creation = resource.creation(action)
    for variant in range(stage.arguments.variants(creation.operation)) if creation.verb == "create" else ():
        if stays(resource, stage.resources):
            return
        given, parts = stage.arguments.creation(resource, creation, action.made_with, full=True, variant=variant)
        thing, exchange = stage.create(resource, creation, given, parts, why="create something to act on")
        if thing is not None and exchange.succeeded:
            yield thing


def _acted(stage: Stage, thing: Thing, action: Action) -> Iterator[Complaint]:
    before, exchange = look(stage, thing), None
    for _ in range(2):
        why = f"{action.operation.id}, also when repeated"
        exchange = stage.call(action.operation, stage.values(thing, action), why=why)
        shown = stage.shown(action, exchange)
        if shown is not None and not stage.is_item(shown, thing):
            told = str(shown)[:200]
            yield Complaint("the answer is about something else", told, "the thing named", exchange=exchange)
    if exchange is not None:
        yield from kept(
            thing, before, look(stage, thing), exchange, free={*action.sets.values(), action.adds, action.replaces}
        )
