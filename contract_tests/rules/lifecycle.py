"""What a life of a thing must look like: made as sent, read back by every address, changed only as asked, gone for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.compare import NOTHING, differences, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Blocked, Stage, Thing

SEED = "POST creates, PUT updates, DELETE deletes: the method table of the API"


def about(stage: Stage, thing: Thing, action: Action, exchange: Exchange) -> Mapping[str, Any] | None:
    """The object an answer shows, if it is the thing itself."""
    body = stage.payload(exchange)
    return body if action.answers == "self" and isinstance(body, dict) else None


def deviations(
    stage: Stage, thing: Thing, sent: Mapping[str, str], shown: Mapping[str, Any], parameters: Mapping[str, Parameter]
) -> Iterator[tuple[str, Any, Any, Parameter]]:
    """Sent arguments that an object does not show in their fields: field, wanted, shown, parameter."""
    for name, text in sent.items():
        parameter = parameters.get(name)
        target = parameter.field if parameter else None
        if (
            parameter is None
            or target is None
            or (target not in shown and not stage.field_schema(thing.resource, target))
        ):
            continue
        wanted = stage.expected(thing, parameter, text)
        kind = thing.resource.compare.get(target, "exact")
        if target not in shown:
            if wanted not in NOTHING:
                yield target, wanted, "(key missing)", parameter
        elif kind != "ignore" and not same(kind, shown[target], wanted):
            yield target, wanted, shown[target], parameter


def _as_sent(
    stage: Stage, thing: Thing, shown: Mapping[str, Any], exchange: Exchange, sent: Mapping[str, str], where: str
) -> Iterator[Complaint]:
    parameters = exchange.operation.by_name | thing.action.operation.by_name
    for target, wanted, got, parameter in deviations(stage, thing, sent, shown, parameters):
        yield Complaint(
            f"{target} is {got!r} {where}, sent was {wanted!r}",
            received=repr(got),
            promised=repr(wanted),
            cause=target,
            evidence=parameter.evidence,
            exchange=exchange,
        )


@scenario_rule("created-as-sent", title="A new thing is what was sent", source=SEED)
def created_as_sent(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Every argument of a creation that sets a field shows up in that field: in the answer, and when read back by
    each address. Texts keep letters outside ASCII and characters that mean something to URLs, HTML or LDAP."""
    for action in resource.all("create"):
        groups = stage.exclusions(action.operation)
        for variant in range(max([len(group) for group in groups if len(group) > 1], default=1)):
            thing = stage.make(resource, action=action, full=True, variant=variant, why="create with everything set")
            shown = thing.fields
            made = stage.session.last
            if made is not None and action.answers == "self":
                yield from _as_sent(stage, thing, shown, made, thing.sent, "in the answer to its creation")
            for reading in stage.actions(thing, "read"):
                if reading.answers != "self":
                    continue
                body = stage.read(thing, reading, "read back what was created")
                yield from _as_sent(stage, thing, body, stage.last, thing.sent, "when read back")


@scenario_rule("defaults-apply", title="What is not sent has its documented default", source="defaults of parameters")
def defaults_apply(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A creation with only what is mandatory leaves the documented defaults in the fields, and nothing in free texts
    that nobody gave."""
    for action in resource.all("create"):
        thing = stage.make(resource, action=action, why="create with the minimum")
        body = stage.refresh(thing)
        for parameter in action.operation.parameters:
            name = parameter.field
            if name is None or name not in body or parameter.name in thing.sent or name in resource.naming:
                continue
            if parameter.name in resource.parts or name in resource.raw.get("computed", ()):
                continue
            wanted = parameter.default
            if not same(resource.compare.get(name, "exact"), body[name], wanted) and (
                wanted is not None or parameter.is_text
            ):
                known = parameter.evidence if wanted is not None else Evidence.ASSUMED
                yield Complaint(
                    f"{name} is {body[name]!r} though nothing was sent",
                    repr(body[name]),
                    repr(wanted),
                    cause=name,
                    evidence=known,
                    exchange=stage.last,
                )


@scenario_rule("addresses-agree", title="Every address shows the same thing", source="one object, several paths to it")
def addresses_agree(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Whatever a thing is read by, its fields have the same values; and they are those its creation answered with."""
    for action in resource.all("create"):
        thing = stage.make(resource, action=action)
        shown: list[tuple[Action, dict[str, Any]]] = []
        if thing.action.answers == "self" and thing.fields:
            shown.append((thing.action, dict(thing.fields)))
        for reading in stage.actions(thing, "read"):
            body = stage.read(thing, reading)
            if reading.answers != "self":
                continue
            for other, fields in shown[:1]:
                yield from _disagreements(stage, resource, other, fields, reading, body)
            shown.append((reading, body))


def _disagreements(
    stage: Stage, resource: Resource, one: Action, fields: Mapping[str, Any], other: Action, body: Mapping[str, Any]
) -> Iterator[Complaint]:
    compared = {**resource.compare, **dict.fromkeys(resource.raw.get("volatile", ()), "ignore")}
    for key, before, after in differences(fields, body, compared):
        yield Complaint(
            f"{key} is {after!r} here and {before!r} in {one.operation.id}",
            repr(after),
            repr(before),
            cause=f"{one.operation.id} {key}",
            exchange=stage.last,
        )
    for key in sorted(set(fields) ^ set(body)):
        yield Complaint(
            f"{key} is shown only by one of {one.operation.id} and {other.operation.id}",
            "absent" if key not in body else "present",
            "the same keys",
            cause=f"{one.operation.id} {key} presence",
            exchange=stage.last,
        )


@scenario_rule("exists-agrees", title="Exists says what reading says", source="the existence operations")
def exists_agrees(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """True for what is there, false for what never was and for what is gone."""
    if not resource.first("exists"):
        return
    thing = stage.make(resource)
    for action in stage.actions(thing, "exists"):
        yield from _exists(stage, action, stage.address(action, thing), True, "right after its creation")
        ghost = ghost_address(stage, action, thing)
        if ghost:
            yield from _exists(stage, action, ghost, False, "for a name nobody has")
    stage.remove(thing)
    for action in stage.actions(thing, "exists"):
        yield from _exists(stage, action, stage.address(action, thing), False, "after its deletion")


def _exists(stage: Stage, action: Action, values: dict[str, str], wanted: bool, when: str) -> Iterator[Complaint]:
    exchange = stage.call(action.operation, values, why=f"ask for existence {when}", evidence=action.evidence)
    answer = stage.payload(exchange)
    if stage.succeeded(exchange) and answer is not wanted:
        yield Complaint(f"says {answer!r} {when}", repr(answer), repr(wanted), cause=when, exchange=exchange)


def ghost_address(stage: Stage, action: Action, thing: Thing) -> dict[str, str] | None:
    """The address of a sibling that does not exist: the same, but for the name; ``None`` where only ids address."""
    values = stage.address(action, thing)
    forms: Mapping[str, str] = thing.resource.raw.get("ghosts", {})
    for parameter, name in action.target.items():
        if name in forms:
            made = {one: str(thing.get(one)) for one in (*thing.fields, *thing.sent)}
            fresh = stage.fresh_name(thing.resource)
            return {**values, parameter: forms[name].format(**{**made, "fresh": fresh, **stage.environment_values()})}
        if name in thing.resource.naming:
            return {**values, parameter: stage.fresh_name(thing.resource)}
    return None


@scenario_rule(
    "update-changes-only-what-was-sent",
    title="An update changes what was sent, and nothing else",
    source=SEED,
)
def update_changes_only_what_was_sent(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Each argument of an update is sent alone: its field takes the value, in the answer and when read back, and every
    other field stays as it was. Fields that stand for one stored value may move together."""
    for action in resource.all("update"):
        thing = stage.make(resource, full=True, why="create something to update")
        for parameter in action.operation.parameters:
            if parameter.field and parameter.name not in action.target and parameter.name not in resource.parts:
                yield from _update_one(stage, thing, action, parameter)


def _update_one(stage: Stage, thing: Thing, action: Action, parameter: Parameter) -> Iterator[Complaint]:
    before = stage.refresh(thing)
    sent = new_value(stage, thing, action, parameter, before)
    if sent is None:
        return
    exchange = stage.call(action.operation, {**stage.address(action, thing), **sent}, why=f"update {parameter.name}")
    if not stage.succeeded(exchange):
        return
    shown = about(stage, thing, action, exchange)
    if shown is not None:
        yield from _as_sent(stage, thing, shown, exchange, sent, "in the answer to its update")
    after = stage.refresh(thing)
    yield from _as_sent(stage, thing, after, stage.last, sent, "when read back after an update")
    yield from _side_effects(stage, thing, action, parameter, before, after, exchange)


def new_value(
    stage: Stage, thing: Thing, action: Action, parameter: Parameter, before: Mapping[str, Any]
) -> dict[str, str] | None:
    """What to send to change one field: a value it does not have yet, and what must be switched off with it."""
    current = before.get(parameter.field or "")
    for n in range(1, 12):
        text = stage.sample(parameter, n)
        if stage.expected(thing, parameter, text) != current:
            break
    else:
        return None
    others: dict[str, str] = {}
    for group in stage.exclusions(action.operation):
        if parameter.name not in group or text == "false":
            continue
        for name in group:
            other = action.operation.parameter(name)
            if name != parameter.name and other is not None:
                others[name] = "false" if other.kind == "boolean" else ""
    return {**others, parameter.name: text}


def _linked(stage: Stage, action: Action, parameter: Parameter) -> set[str]:
    """Fields that stand for the same stored value as a parameter's."""
    linked: set[str] = set()
    for group in stage.exclusions(action.operation):
        if parameter.name in group:
            linked |= {one.field for name in group if (one := action.operation.parameter(name)) and one.field}
    for fields in stage.conventions.get("linked", ()):
        if parameter.field in fields:
            linked |= set(fields)
    return linked


def _side_effects(
    stage: Stage,
    thing: Thing,
    action: Action,
    parameter: Parameter,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    exchange: Exchange,
) -> Iterator[Complaint]:
    free = {parameter.field, *_linked(stage, action, parameter), *thing.resource.raw.get("volatile", ())}
    for key, old, new in differences(before, after, thing.resource.compare):
        if key in free:
            continue
        # that an unsent flag stays as it is, is our reading of the promise: the docs print creation defaults there
        flag = stage.field_schema(thing.resource, key).get("type") == "boolean"
        yield Complaint(
            f"{key} changed from {old!r} to {new!r} though only {parameter.name} was sent",
            repr(new),
            repr(old),
            cause=key,
            evidence=Evidence.ASSUMED if flag else Evidence.DOCUMENTED,
            exchange=exchange,
            steps=(stage.last,),
        )
    for key in sorted(set(before) - set(after)):
        yield Complaint(f"{key} vanished from the object", "absent", repr(before[key]), cause=key, exchange=exchange)


@scenario_rule(
    "empty-clears",
    title="An empty value on an update clears the field",
    source="parameters with allowEmptyValue",
    evidence=Evidence.CLIENT,
)
def empty_clears(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Clients unset a text by sending it empty. What may be cleared is cleared; nothing else changes."""
    for action in resource.all("update"):
        clearing = [one for one in action.operation.parameters if one.clears and one.field]
        if not clearing:
            continue
        thing = stage.make(resource, full=True, why="create something to clear")
        for parameter in clearing:
            before = stage.refresh(thing)
            if before.get(parameter.field or "") in NOTHING:
                continue
            values = {**stage.address(action, thing), parameter.name: ""}
            exchange = stage.call(action.operation, values, why=f"clear {parameter.name}", evidence=parameter.evidence)
            if not stage.succeeded(exchange):
                continue
            after = stage.refresh(thing)
            if after.get(parameter.field or "") not in NOTHING:
                shown = after.get(parameter.field or "")
                yield Complaint(
                    f"{parameter.field} is still {shown!r} after it was sent empty",
                    repr(shown),
                    "nothing",
                    cause=parameter.field or "",
                    exchange=exchange,
                )
            yield from _side_effects(stage, thing, action, parameter, before, after, exchange)


@scenario_rule("renamed", title="A renamed thing has its new name, and only that", source=SEED)
def renamed(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The old name is gone from every address, the new one is there, the id stays, and no other field changes."""
    for action in resource.all("rename"):
        thing = stage.make(resource, full=True, why="create something to rename")
        before = stage.refresh(thing)
        old = {one: stage.address(one, thing) for one in stage.actions(thing, "read", "exists")}
        fresh = stage.fresh_name(resource)
        exchange = rename(stage, thing, action, fresh)
        if not stage.succeeded(exchange):
            continue
        after = stage.refresh(thing)
        yield from _new_name(stage, thing, action, fresh, after, exchange)
        yield from _kept(stage, thing, before, after, exchange, set(resource.raw.get("follows_name", ())))
        yield from _old_address(stage, thing, old)


def rename(stage: Stage, thing: Thing, action: Action, fresh: str) -> Exchange:
    """Send a rename; the new name is in the ledger before it is sent."""
    values = {**stage.address(action, thing), **dict.fromkeys(action.sets, fresh)}
    stage.session.ledger.know(thing.entry, {f"renamed {name}": fresh for name in action.sets.values()})
    exchange = stage.call(action.operation, values, why="rename it")
    if stage.succeeded(exchange):
        body = stage.payload(exchange)
        if action.answers == "self" and isinstance(body, dict):
            thing.fields = {**thing.fields, **body}
        for name in (*action.sets.values(), *thing.resource.raw.get("also_named", ())):
            thing.fields[name] = fresh
        for parameter, name in thing.action.target.items():
            if name in action.sets.values():
                thing.sent[parameter] = fresh
        stage.session.ledger.know(thing.entry, {key: one for key, one in thing.fields.items() if isinstance(one, str)})
    return exchange


def _new_name(
    stage: Stage, thing: Thing, action: Action, fresh: str, after: Mapping[str, Any], exchange: Exchange
) -> Iterator[Complaint]:
    body = stage.payload(exchange)
    for shown, at in ((after, stage.last), (body, exchange)):
        if not isinstance(shown, dict) or (at is exchange and action.answers != "self"):
            continue
        for name in action.sets.values():
            if name in shown and shown[name] != fresh:
                yield Complaint(
                    f"{name} is {shown[name]!r} after the rename", repr(shown[name]), fresh, cause=name, exchange=at
                )


def _kept(
    stage: Stage, thing: Thing, before: Mapping[str, Any], after: Mapping[str, Any], exchange: Exchange, free: set[str]
) -> Iterator[Complaint]:
    """Everything but the freed fields is as before."""
    free = free | thing.resource.naming | set(thing.resource.raw.get("volatile", ()))
    for key, old, new in differences(before, after, thing.resource.compare):
        if key not in free:
            yield Complaint(
                f"{key} changed from {old!r} to {new!r}", repr(new), repr(old), cause=key, exchange=exchange
            )


def _old_address(stage: Stage, thing: Thing, old: Mapping[Action, dict[str, str]]) -> Iterator[Complaint]:
    for action, values in old.items():
        if values == stage.address(action, thing):
            continue
        if action.verb == "exists":
            yield from _exists(stage, action, values, False, "under its old name")
        else:
            exchange = stage.call(action.operation, values, "not_found", why="read it by its old name")
            if stage.succeeded(exchange):
                yield Complaint(
                    "the old name still finds it", str(exchange.response.status), "gone", "old", exchange=exchange
                )


@scenario_rule("moved", title="A moved thing is in its new place, and unchanged", source=SEED)
def moved(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After a move the thing shows its new place, keeps its id, name and everything else."""
    for action in resource.all("move"):
        for parameter in action.sets:
            part = resource.parts.get(parameter)
            if part is None:
                continue
            thing = stage.make(resource, full=True, why="create something to move")
            before = stage.refresh(thing)
            goal = stage.make(stage.resources[part.resource], why="create a place to move to")
            place = str(goal.get(part.field))
            values = {**stage.address(action, thing), parameter: place}
            exchange = stage.call(action.operation, values, why="move it")
            if not stage.succeeded(exchange):
                continue
            body = stage.payload(exchange)
            if isinstance(body, dict) and action.answers == "self":
                thing.fields = {**thing.fields, **body}
            stage.session.ledger.know(
                thing.entry, {key: one for key, one in thing.fields.items() if isinstance(one, str)}
            )
            after = stage.refresh(thing)
            yield from _kept(stage, thing, before, after, exchange, set(resource.raw.get("follows_place", ())))
            yield from _new_place(stage, thing, after, place, exchange)


def _new_place(
    stage: Stage, thing: Thing, after: Mapping[str, Any], place: str, exchange: Exchange
) -> Iterator[Complaint]:
    from contract_tests.compare import dn_key, dn_within

    for name, relation in thing.resource.raw.get("place_fields", {}).items():
        shown = after.get(name)
        if not isinstance(shown, str):
            continue
        right = dn_key(shown) == dn_key(place) if relation == "equals" else dn_within(shown, place)
        if not right:
            yield Complaint(
                f"{name} is {shown!r} after a move to {place!r}", shown, place, cause=name, exchange=exchange
            )


@scenario_rule(
    "acting-keeps-fields",
    title="An action on a thing leaves its fields alone, and may be repeated",
    source="enable, disable, unlock and the like change state, not attributes",
)
def acting_keeps_fields(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Actions succeed twice in a row, answer the thing they were for, and change no field they are not said to."""
    for action in resource.all("act"):
        thing = stage.make(resource, why="create something to act on")
        before = stage.refresh(thing)
        for _ in range(2):
            values = {**stage.address(action, thing)}
            exchange = stage.call(action.operation, values, why=f"{action.operation.id}, also when repeated")
            shown = about(stage, thing, action, exchange)
            if shown is not None and not stage.is_item(shown, thing, action):
                yield Complaint(
                    "the answer is about something else",
                    str(shown)[:200],
                    "the thing named",
                    "other",
                    exchange=exchange,
                )
        after = stage.refresh(thing)
        yield from _kept(stage, thing, before, after, exchange, set(action.sets.values()))


@scenario_rule("deleted-is-gone", title="What is deleted is gone, by every address and from every list", source=SEED)
def deleted_is_gone(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After a deletion no address finds the thing and no list shows it. Each operation that deletes is judged."""
    for action in resource.all("delete"):
        thing = make_for(stage, resource, action)
        stage.refresh_if_readable(thing)
        exchange = stage.remove(thing, action, why="delete it")
        if not stage.succeeded(exchange):
            continue
        yield from still_there(stage, thing, exchange)


def make_for(stage: Stage, resource: Resource, action: Action) -> Thing:
    """A thing that an action is for: made by the creation whose things it concerns."""
    for creation in resource.all("create"):
        wanted = creation.fixed
        if all(wanted.get(key, value) == value for key, value in action.where.items()):
            return stage.make(resource, action=creation)
    raise Blocked(f"nothing creates a {resource.title} for {action.operation.id}")


def still_there(stage: Stage, thing: Thing, deletion: Exchange) -> Iterator[Complaint]:
    """Every place a deleted thing can still be seen at."""
    for reading in stage.actions(thing, "read"):
        exchange = stage.call(
            reading.operation, stage.address(reading, thing), "not_found", why="read it after its deletion"
        )
        if stage.succeeded(exchange):
            yield _alive(f"{reading.operation.id} still shows it", reading.operation.id, deletion, exchange)
    for asking in stage.actions(thing, "exists"):
        exchange = stage.call(asking.operation, stage.address(asking, thing), why="ask for it after its deletion")
        if stage.payload(exchange) is True:
            yield _alive(f"{asking.operation.id} still says true", asking.operation.id, deletion, exchange)
    for listing in stage.actions(thing, "list"):
        items, exchange = stage.listed(listing, stage.scope_of(listing, thing), why="list after its deletion")
        if any(stage.is_item(item, thing, listing) for item in items):
            yield _alive(f"{listing.operation.id} still lists it", listing.operation.id, deletion, exchange)


def _alive(message: str, cause: str, deletion: Exchange, seen: Exchange) -> Complaint:
    return Complaint(message, "there", "gone", cause=cause, exchange=deletion, steps=(seen,))


@scenario_rule(
    "deletion-answers-the-thing",
    title="A deletion answers the thing as it was",
    source="delete operations answer the removed object",
)
def deletion_answers_the_thing(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The payload of a deletion is the object as the last read showed it."""
    for action in resource.all("delete"):
        if action.answers != "self":
            continue
        thing = make_for(stage, resource, action)
        before = stage.refresh(thing)
        exchange = stage.remove(thing, action)
        body = stage.payload(exchange)
        if not stage.succeeded(exchange) or not isinstance(body, dict):
            continue
        for key, old, new in differences(before, body, resource.compare):
            yield Complaint(
                f"{key} is {new!r} in the answer to its deletion", repr(new), repr(old), key, exchange=exchange
            )


@scenario_rule("deleting-again", title="Deleting again finds nothing", source="an absent object has a code of its own")
def deleting_again(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The second deletion of the same thing is refused as absent, not as success."""
    for action in resource.all("delete"):
        thing = make_for(stage, resource, action)
        values = stage.address(action, thing)
        if not stage.succeeded(stage.remove(thing, action)):
            continue
        exchange = stage.call(action.operation, values, None)
        if stage.succeeded(exchange):
            yield Complaint("a second deletion succeeds", str(exchange.response.status), "refused", exchange=exchange)
        else:
            stage.call(action.operation, values, "not_found", why="delete it a second time")


@scenario_rule("creating-twice", title="A name cannot be given twice", source="duplicates are refused")
def creating_twice(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A second creation under a name that is taken is refused, and the first thing stays as it was."""
    if resource.raw.get("duplicates") == "allowed":
        return
    for action in resource.all("create"):
        thing = stage.make(resource, action=action, why="create the first")
        before = stage.refresh(thing)
        exchange = stage.call(action.operation, thing.sent, "duplicate", why="create the same a second time")
        if stage.succeeded(exchange):
            yield Complaint("a second creation succeeds", str(exchange.response.status), "refused", exchange=exchange)
        after = stage.refresh(thing)
        yield from _kept(stage, thing, before, after, exchange, set())


@scenario_rule("siblings-untouched", title="A change of one thing leaves its sibling alone", source=SEED)
def siblings_untouched(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Updates, renames, actions and deletions of one thing leave another of the same kind exactly as it was."""
    sibling = stage.make(resource, full=True, why="create a sibling")
    before = stage.refresh(sibling)
    thing = stage.make(resource, why="create the one to change")
    last = None
    for action in [*stage.actions(thing, "update", "act"), *stage.actions(thing, "rename")]:
        if action.verb == "rename":
            last = rename(stage, thing, action, stage.fresh_name(resource))
            continue
        values = stage.address(action, thing)
        first = next((one for one in action.operation.parameters if one.field and one.name not in values), None)
        if first is not None and first.name not in resource.parts:
            values[first.name] = stage.sample(first, 3)
        last = stage.call(action.operation, values, why="change its sibling")
    if stage.actions(thing, "delete"):
        last = stage.remove(thing, why="delete its sibling")
    after = stage.refresh(sibling)
    if last is not None:
        yield from _kept(stage, sibling, before, after, last, set())
        for name in sorted(resource.naming & set(before)):
            if before[name] != after.get(name):
                yield Complaint(
                    f"{name} of the sibling changed", repr(after.get(name)), repr(before[name]), name, exchange=last
                )


@scenario_rule("ids-are-unique", title="No two things have one id", source="ids identify")
def ids_are_unique(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Two things that live at the same time, and one made after a deletion, all have ids of their own."""
    if resource.id is None:
        return
    one, two = stage.make(resource), stage.make(resource)
    stage.remove(one)
    three = stage.make(resource)
    exchange = stage.session.last
    ids = [str(each.get(resource.id)).lower() for each in (one, two, three)]
    if len(set(ids)) < 3:
        yield Complaint(f"{resource.id} is given twice", ", ".join(ids), "three different ids", exchange=exchange)
