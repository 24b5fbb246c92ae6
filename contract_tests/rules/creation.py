"""Creations: a new thing is what was sent, shows the same at every address, and exists only once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.clearing import unscoped
from contract_tests.compare import differences, dn_key, dn_within, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.machines.families import facts_of
from contract_tests.model import Action, Reference, Resource
from contract_tests.rules.registry import scenario_rule
from contract_tests.schema import properties_of
from contract_tests.showing import as_sent, field_schema, kept
from contract_tests.stage import Blocked, Stage, Thing

SEED = "POST creates: the method table of the API"
#: Characters that names of every kind may have.
SHORT = 15


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
            if resource.listing is not None:
                body, exchange = stage.refresh(thing)
                yield from as_sent(thing, body, thing.sent, exchange, "when read back")
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
    for action in resource.all("create") if resource.shown else ():
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
        if not resource.has(parameter.name, thing.sent) or parameter.composite:
            continue
        wanted = parameter.default
        if wanted is None and (not parameter.is_text or parameter.words):
            continue  # one of a few words has a default though none is written down
        if wanted is None and body[name] is False:
            continue  # a text that is not set
        if not same(resource.compare.get(name, "exact"), body[name], wanted):
            yield Complaint(
                f"{name} is {body[name]!r} though nothing was sent",
                repr(body[name]),
                repr(wanted),
                cause=name,
                evidence=parameter.evidence if wanted is not None else Evidence.ASSUMED,
                exchange=exchange,
            )


@scenario_rule(
    "addresses-agree",
    writes=False,
    title="Every address shows the same thing",
    source="one object, several paths to it",
)
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


@scenario_rule("exists-agrees", writes=False, title="Exists says what reading says", source="the existence operations")
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
    unique = facts_of(stage.promise, stage.resources).unique_of(resource)
    for action in resource.all("create") if unique.keys else ():
        thing = stage.make(resource, action=action, full=True, why="create the first")
        before = look(stage, thing)
        named = {one: thing.sent[one] for one in (*action.target, *action.parts) if one in thing.sent}
        given, _ = stage.arguments.creation(resource, action, named, full=True, variant=1)
        why, known = "create it again, otherwise", unique.refused
        again, exchange = stage.create(resource, action, given, None, "duplicate", why=why, evidence=known)
        if again is not None:
            stage.mark_gone(again)  # it has the name of the first, which is cleared up under it
            if exchange.succeeded:
                told = str(exchange.response.status)
                yield Complaint("a second creation succeeds", told, "refused", "twice", known)
        yield from kept(thing, before, look(stage, thing), exchange, why=" by a second creation")


@scenario_rule(
    "names-are-shared",
    title="Things of one name space cannot share a name, and are not found as one another",
    source="namespace in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def names_are_shared(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation under the name of a thing of another kind is refused; asked for as another kind, there is none."""
    creation = resource.first("create")
    if not resource.namespace or creation is None:
        return
    thing = stage.make(resource, action=creation, why="create something with a name")
    for other in stage.resources.values():
        making = other.first("create")
        if other is resource or other.namespace != resource.namespace or making is None:
            continue
        name = next((str(thing.get(key)) for key in resource.naming), "")
        names = {parameter: name for parameter, key in making.target.items() if key in other.naming}
        for reading in other.all("read", "exists"):
            if set(reading.target.values()) <= other.naming:
                yield from _not_as_another(stage, reading, dict.fromkeys(reading.target, name))
        given, parts = stage.arguments.creation(other, making, names, full=False, variant=0)
        why = f"the name of a {resource.title}"
        stage.create(other, making, given, parts, "duplicate", why=why, evidence=Evidence.ASSUMED)


def _not_as_another(stage: Stage, reading: Action, values: dict[str, str]) -> Iterator[Complaint]:
    if reading.verb == "exists":
        yield from existence(stage, reading, values, False, "for a name that a thing of another kind has")
    else:
        stage.call(reading.operation, values, "not-found", why="a name that a thing of another kind has")


@scenario_rule(
    "ids-name-one-kind",
    writes=False,
    title="What names a thing names none of another kind",
    source="ids that are UUIDs are given once; reads and questions by a name are about one kind of thing",
    evidence=Evidence.ASSUMED,
)
def ids_name_one_kind(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Read by the id of a thing of every other kind, there is none; read or asked for by the name of one, neither."""
    yield from _names_of_others(stage, resource)
    ids = {name: one.id for name, one in stage.resources.items() if one.id and _is_uuid(one, one.id)}
    for reading in resource.all("read") if resource.name in ids else ():
        for other in ids if set(reading.target.values()) == {resource.id} else ():
            if other != resource.name:
                value = str(stage.standing(other).get(str(ids[other])))
                values = {**reading.needs, **dict.fromkeys(reading.target, value)}
                why = f"the id of a {stage.resources[other].title}"
                stage.call(reading.operation, values, "not-found", why=why, evidence=Evidence.ASSUMED)


def _names_of_others(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Reads and questions by a name that another kind of thing bears, and none of this one."""
    others = [one for one in stage.resources.values() if one is not resource and _bears_names(one)]
    for other in others if _bears_names(resource) else ():
        name, why = _name_of(stage, other, resource), f"the name of a {other.title}"
        for action in resource.all("read", "exists") if name else ():
            if set(action.target.values()) != resource.naming:
                continue
            wanted = "not-found" if action.verb == "read" else "success"
            values = dict.fromkeys(action.target, name)
            exchange = stage.call(action.operation, values, wanted, why=why, evidence=Evidence.ASSUMED)
            if action.verb == "exists" and exchange.succeeded and stage.payload(exchange) is not False:
                yield Complaint(f"it exists by {why}", "true", "false", other.name, exchange=exchange)


def _name_of(stage: Stage, resource: Resource, none_of: Resource) -> str | None:
    """A short name of a thing of one kind that none of another kind bears: one of the run, or in a run that only reads
    one that lists show of the first kind alone."""
    if stage.mode.writes:
        names = [str(stage.standing(resource.name).get(next(iter(resource.naming))))]
    else:
        shown, taken = (_listed_names(stage, one) for one in (resource, none_of))
        names = sorted(shown - taken) if taken else []
    return next((one for one in names if len(one) <= SHORT), None)


def _listed_names(stage: Stage, resource: Resource) -> set[str]:
    """Names of all things of a kind that lists show, without case."""
    (key,) = resource.naming
    items = [item for action in unscoped(resource) for item in stage.listed(action, {})[0] if isinstance(item, dict)]
    return {name.lower() for item in items if isinstance(name := item.get(key), str)}


def _bears_names(resource: Resource) -> bool:
    """Whether the things of a resource are known by one name of the usual form, which the run makes up."""
    free = resource.origin is not None and not resource.fresh and not resource.hung
    return free and len(resource.naming) == 1 and not resource.name_form


def _is_uuid(resource: Resource, key: str) -> bool:
    return bool(properties_of(resource.schema).get(key, {}).get("format") == "uuid")


@scenario_rule(
    "identity-is-the-whole",
    title="Things that differ in one part of what names them are different things",
    source="apart in conventions.yaml",
)
def identity_is_the_whole(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Both are made, each is read and listed as itself, and the deletion of one leaves the other."""
    for creation in resource.all("create"):
        for parameter in resource.apart:
            if creation.operation.parameter(parameter) is None:
                continue
            one = stage.make(resource, action=creation, why="create the first")
            other = _apart(stage, one, parameter)
            if other is None:
                continue
            before = [look(stage, thing) for thing in (one, other)]
            for thing in (one, other):
                yield from _listed_once(stage, thing, parameter)
            for thing, was in zip((one, other), before, strict=True):
                yield from _told_apart(stage, thing, was, parameter)
            for deletion in stage.actions(other, "delete")[:1]:
                exchange = stage.remove(other, deletion, why="delete the second")
                if exchange.succeeded:
                    why = f" when one with another {parameter} was deleted"
                    yield from kept(one, before[0], look(stage, one), exchange, why=why)


def _apart(stage: Stage, one: Thing, parameter: str) -> Thing | None:
    """A thing like another but for one argument; ``None`` where the target refuses it."""
    action = one.action
    alike = {name: text for name, text in one.sent.items() if name != parameter}
    if parameter in action.parts:
        alike[parameter] = _own_place(stage, one.resource, action.parts[parameter])
    given, parts = stage.arguments.creation(one.resource, action, alike, full=False, variant=0)
    why = f"one with another {parameter}"
    thing, exchange = stage.create(one.resource, action, given, parts, why=why, evidence=Evidence.ASSUMED)
    return thing if exchange.succeeded else None


def _told_apart(stage: Stage, thing: Thing, shown: Mapping[str, Any], parameter: str) -> Iterator[Complaint]:
    key = thing.action.target.get(parameter, "")
    if key in shown and not same(thing.resource.compare.get(key, "exact"), shown[key], thing.sent[parameter]):
        message = f"{key} is {shown[key]!r} where there are two"
        yield Complaint(message, repr(shown[key]), thing.sent[parameter], f"read {parameter}")


def _listed_once(stage: Stage, thing: Thing, parameter: str) -> Iterator[Complaint]:
    for listing in stage.actions(thing, "list"):
        values = {**stage.address(listing, thing), **stage.scope(listing, thing)}
        items, exchange = stage.listed(listing, values, why="list one of two")
        found = sum(stage.is_item(item, thing) for item in items)
        if found != 1:
            message = f"it is listed {found} times beside one with another {parameter}"
            yield Complaint(message, str(found), "once", f"list {parameter}", exchange=exchange)


@scenario_rule(
    "created-in-its-place",
    title="A new thing lies where it was to be made",
    source="place in conventions.yaml; the place is an argument of the creation",
)
def created_in_its_place(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Made in a container of its own, it shows that container as its place."""
    for action in resource.all("create") if resource.place and resource.shown else ():
        for parameter, reference in action.parts.items():
            place = _own_place(stage, resource, reference)
            thing = stage.make(resource, {parameter: place}, action=action, why="create in a container of its own")
            body, exchange = stage.refresh(thing)
            for name, relation in resource.place.items():
                shown = str(body.get(name))
                if not lies(shown, place, relation):
                    message = f"{name} is {shown!r} though it was made in {place!r}"
                    yield Complaint(message, shown, place, name, exchange=exchange)


def _own_place(stage: Stage, resource: Resource, reference: Reference) -> str:
    """A new container: another thing of the same kind where a thing hangs on a fact of the target."""
    if reference.key:
        return str(stage.make(stage.resources[reference.resource], why="create a container").get(reference.key))
    key = next(iter(resource.place))
    return str(stage.make(resource, why="create a container").get(key))


def lies(shown: str, place: str, relation: str) -> bool:
    """Whether a path is a place, or lies below it."""
    equal = dn_key(shown) == dn_key(place)
    return equal if relation == "equals" else dn_within(shown, place) and not equal


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
