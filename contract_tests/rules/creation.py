"""Creations: a new thing is what was sent, shows the same at every address, and exists only once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.compare import differences, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import as_sent, field_schema, kept
from contract_tests.stage import Blocked, Stage, Thing

SEED = "POST creates: the method table of the API"


@scenario_rule("created-as-sent", title="A new thing is what was sent", source=SEED)
def created_as_sent(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Every argument of a creation that sets a key shows up in it: in the answer, and when read back by each address.
    Texts keep letters outside ASCII and characters that mean something to URLs, HTML or LDAP."""
    for action in resource.all("create"):
        for variant in range(stage.arguments.variants(action.operation)):
            given, parts = stage.arguments.creation(resource, action, {}, full=True, variant=variant)
            thing, made = stage.create(resource, action, given, parts, why="create with everything set")
            if thing is None:
                continue
            shown = stage.shown(action, made)
            if shown is not None:
                yield from as_sent(thing, shown, thing.sent, made, "in the answer to its creation")
                yield from _fixed(thing, shown, made)
            for reading in stage.actions(thing, "read"):
                body, exchange = stage.read(thing, reading, "read back what was created")
                if reading.own_answer:
                    yield from as_sent(thing, body, thing.sent, exchange, "when read back")


def _fixed(thing: Thing, shown: dict[str, Any], made: Exchange) -> Iterator[Complaint]:
    for key, wanted in thing.action.fixed.items():
        if not same("fold", shown.get(key), wanted):
            yield Complaint(f"{key} is {shown.get(key)!r}", repr(shown.get(key)), repr(wanted), key, exchange=made)


@scenario_rule("defaults-apply", title="What is not sent has its documented default", source="defaults of parameters")
def defaults_apply(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation with only what is mandatory leaves the documented defaults in the keys, and nothing in free texts
    that nobody gave."""
    for action in resource.all("create") if resource.first("read") else ():
        thing = stage.make(resource, action=action, why="create with the minimum")
        body, exchange = stage.refresh(thing)
        yield from unsent(thing, body, exchange)


def unsent(thing: Thing, body: Mapping[str, Any], exchange: Exchange) -> Iterator[Complaint]:
    """Complaints about keys that no argument of the creation set, and that are not at their default or unset."""
    resource = thing.resource
    for parameter in thing.action.operation.parameters:
        name = parameter.field
        skipped = name is None or name not in body or name in resource.naming or name in resource.computed
        if skipped or name is None or thing.sent.get(parameter.name) or parameter.name in thing.action.parts:
            continue
        wanted = parameter.default
        if wanted is None and not parameter.is_text:
            continue
        if not same(resource.compare.get(name, "exact"), body[name], wanted):
            yield Complaint(
                f"{name} is {body[name]!r} though nothing was sent",
                repr(body[name]),
                repr(wanted),
                cause=name,
                evidence=parameter.evidence if wanted is not None else Evidence.ASSUMED,
                exchange=exchange,
            )


@scenario_rule("addresses-agree", title="Every address shows the same thing", source="one object, several paths to it")
def addresses_agree(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Whatever a thing is read by, its keys have the same values; and they are those its creation answered with."""
    for action in resource.all("create"):
        thing = stage.make(resource, action=action)
        first: tuple[Action, dict[str, Any]] | None = (action, dict(thing.fields)) if action.own_answer else None
        for reading in stage.actions(thing, "read"):
            body, exchange = stage.read(thing, reading)
            if not reading.own_answer:
                continue
            if first is None:
                first = (reading, body)
            yield from _disagreements(thing, first, reading, body, exchange)


def _disagreements(
    thing: Thing, first: tuple[Action, dict[str, Any]], reading: Action, body: dict[str, Any], exchange: Exchange
) -> Iterator[Complaint]:
    one, fields = first
    for key, before, after in differences(fields, body, thing.resource.compare):
        message = f"{key} is {after!r} here and {before!r} in {one.operation.id}"
        yield Complaint(message, repr(after), repr(before), f"{one.operation.id} {key}", exchange=exchange)
    declared = {key for key in set(fields) ^ set(body) if field_schema(thing, key)}
    for key in sorted(declared):
        message = f"{key} is shown only by one of {one.operation.id} and {reading.operation.id}"
        shown = "present" if key in body else "absent"
        yield Complaint(message, shown, "the same keys", f"{one.operation.id} {key} presence", exchange=exchange)


@scenario_rule("exists-agrees", title="Exists says what reading says", source="the existence operations")
def exists_agrees(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """True for what is there, false for what never was and for what is gone."""
    if not resource.first("exists"):
        return
    for creation in resource.all("create"):
        thing = stage.make(resource, action=creation)
        for action in stage.actions(thing, "exists"):
            yield from existence(stage, action, stage.address(action, thing), True, "right after its creation")
            ghost = stage.ghost(action, thing)
            if ghost:
                yield from existence(stage, action, ghost, False, "for a name nobody has")
        for action in stage.actions(thing, "delete")[:1]:
            stage.remove(thing, action)
            for asking in stage.actions(thing, "exists"):
                yield from existence(stage, asking, stage.address(asking, thing), False, "after its deletion")


def existence(stage: Stage, action: Action, values: dict[str, str], wanted: bool, when: str) -> Iterator[Complaint]:
    """Complaints about an existence operation that says something else than it should."""
    exchange = stage.call(action.operation, values, why=f"ask for existence {when}", evidence=action.evidence)
    answer = stage.payload(exchange)
    if exchange.succeeded and answer is not wanted:
        yield Complaint(f"says {answer!r} {when}", repr(answer), repr(wanted), cause=when, exchange=exchange)


@scenario_rule("creating-twice", title="A name cannot be given twice", source="duplicates are refused")
def creating_twice(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A second creation under a name that is taken is refused, and the first thing stays as it was."""
    for action in resource.all("create"):
        thing = stage.make(resource, action=action, why="create the first")
        before = look(stage, thing)
        again, exchange = stage.create(resource, action, dict(thing.sent), None, "duplicate", why="create it again")
        if again is not None:
            stage.mark_gone(again)  # it has the name of the first, which is cleared up under it
            if exchange.succeeded:
                yield Complaint("a second creation succeeds", str(exchange.response.status), "refused", "twice")
        yield from kept(thing, before, look(stage, thing), exchange)


def look(stage: Stage, thing: Thing) -> dict[str, Any]:
    """A thing as its first address shows it; nothing where nothing reads it."""
    try:
        return stage.refresh(thing)[0]
    except Blocked:
        return {}


@scenario_rule("ids-are-unique", title="No two things have one id", source="ids are given once")
def ids_are_unique(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Things made one after the other have different ids, also after one of them was deleted."""
    if resource.id is None:
        return
    seen: dict[str, Thing] = {}
    for number in range(3):
        thing = stage.make(resource, why="create one of several")
        _, exchange = stage.refresh(thing)
        value = str(thing.get(resource.id)).lower()
        if value in seen:
            yield Complaint(f"{resource.id} {value} is given twice", value, "another id", "id", exchange=exchange)
        seen[value] = thing
        deletion = next(iter(stage.actions(thing, "delete")), None)
        if number == 1 and deletion is not None:
            stage.remove(thing, deletion)
