"""Links: what hangs on another thing follows it when it is renamed, and goes with it when it is deleted."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.compare import NOTHING
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Reference, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.creation import existence, unsent
from contract_tests.rules.deletion import still_there
from contract_tests.rules.registry import scenario_rule
from contract_tests.rules.views import changes
from contract_tests.showing import field_schema
from contract_tests.stage import Stage, Thing

SEED = "PUT updates, DELETE deletes: the method table of the API"


@scenario_rule("links-follow", title="What hangs on a changed thing still hangs on it", source=SEED)
def links_follow(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A link between two things is read, listed and asked for after either is updated, moved, renamed or acted on."""
    for creation in resource.all("create"):
        for parameter, reference in named_parts(stage, creation):
            for action, change in changes(stage.resources[reference.resource]):
                thing = stage.make(resource, action=creation, fresh=True, why="create a link")
                part = thing.parts[parameter]
                if not part.concerns(action) or action.made_with:
                    continue
                stage.refresh(part)
                exchange = change(stage, part, action)
                if exchange.succeeded:
                    stage.relink(thing, parameter, str(part.get(reference.key)))
                    yield from _there(stage, thing, exchange)


def _there(stage: Stage, thing: Thing, change: Exchange) -> Iterator[Complaint]:
    why = f"after {change.operation.id}"
    for reading in stage.actions(thing, "read"):
        stage.call(reading.operation, stage.address(reading, thing), why=f"read a link {why}")
    for asking in stage.actions(thing, "exists"):
        yield from existence(stage, asking, stage.address(asking, thing), True, why)
    for listing in stage.actions(thing, "list"):
        items, seen = stage.listed(listing, {**stage.address(listing, thing), **stage.scope(listing, thing)})
        if not any(stage.is_item(item, thing) for item in items):
            yield Complaint(f"a link is not listed {why}", "absent", "there", f"list {why}", exchange=seen)


def named_parts(stage: Stage, creation: Action) -> Iterator[tuple[str, Reference]]:
    """What a creation hangs a thing on by name, not by address or id."""
    for parameter, reference in creation.parts.items():
        holder = stage.resources.get(reference.resource)
        if holder is not None and reference.key in holder.naming:
            yield parameter, reference


@scenario_rule("links-end-alone", title="The end of a link leaves other links of the same things alone", source=SEED)
def links_end_alone(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Of two links that have one end in common, one is deleted: the other is read, listed and asked for as before."""
    for creation in resource.all("create") if resource.fresh else ():
        for parameter, _ in named_parts(stage, creation):
            for deletion in resource.all("delete"):
                kept = stage.make(resource, action=creation, fresh=True, why="create a link that stays")
                common = {parameter: kept.sent[parameter]}
                ended = stage.make(resource, common, action=creation, fresh=True, why="create one with the same end")
                exchange = stage.remove(ended, deletion, why="delete the second link")
                if exchange.succeeded:
                    yield from _there(stage, kept, exchange)


@scenario_rule(
    "nothing-survives-its-holder",
    title="What hangs on a deleted thing is gone, also for the next one of that name",
    source=SEED,
)
def nothing_survives_its_holder(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A holder is deleted and made again under its name: nothing hangs on the new one."""
    for creation in resource.all("create"):
        for parameter, reference in named_parts(stage, creation):
            holder = stage.resources[reference.resource]
            for deletion in holder.all("delete"):
                thing = stage.make(resource, action=creation, fresh=True, why="create something on a holder")
                part = thing.parts[parameter]
                if not part.concerns(deletion):
                    continue
                exchange = stage.remove(part, deletion, "success|rule", why="delete the holder")
                if not exchange.succeeded:
                    continue
                stage.mark_gone(thing)
                yield from _still_listed(stage, thing, exchange)
                again = stage.make(holder, _names(part), action=part.action, why="make the holder again")
                thing.parts[parameter] = again
                yield from still_there(stage, thing, exchange)


def _still_listed(stage: Stage, thing: Thing, deletion: Exchange) -> Iterator[Complaint]:
    """Lists of all that have the thing under its name, whatever they say it hangs on."""
    for listing in stage.actions(thing, "list") if thing.resource.naming else ():
        if listing.target or listing.within:
            continue
        items, seen = stage.listed(listing, {}, why="list after the holder is deleted")
        if any(stage.is_item(item, thing, by=thing.resource.naming) for item in items):
            message = f"{listing.operation.id} still lists what hung on it"
            yield Complaint(message, "there", "gone", listing.operation.id, exchange=deletion, steps=(seen,))


def _names(thing: Thing) -> dict[str, str]:
    """The arguments of a creation that give a thing its name."""
    target = thing.action.target
    return {name: thing.sent[name] for name, key in target.items() if key in thing.resource.naming}


@scenario_rule("recreated-is-new", title="A thing made under the name of a deleted one is a new one", source=SEED)
def recreated_is_new(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """It has another id, and nothing of what the deleted one had."""
    for creation in resource.all("create"):
        deletion = resource.first("delete")
        if deletion is None or not resource.shown or not resource.naming:
            continue
        thing = stage.make(resource, deletion.made_with, action=creation, full=True, why="create with everything set")
        before, _ = stage.refresh(thing)
        if not stage.remove(thing, deletion).succeeded:
            continue
        kept = {name: thing.sent[name] for name in creation.parts if name in thing.sent}
        again = stage.make(resource, {**_names(thing), **kept}, action=creation, why="create it again with the minimum")
        body, exchange = stage.refresh(again)
        yield from unsent(again, body, exchange)
        for key, value in before.items():
            field = field_schema(again, key)
            if (
                value not in NOTHING
                and field.get("type") != "boolean"
                and body.get(key) == value
                and _is_free(again, key)
            ):
                message = f"{key} is {value!r}, as it was in the deleted one"
                yield Complaint(message, repr(value), "nothing", f"old {key}", exchange=exchange)
        if resource.id and body.get(resource.id) == before.get(resource.id):
            message = f"{resource.id} is that of the deleted one"
            yield Complaint(message, str(body.get(resource.id)), "another", "id", Evidence.ASSUMED, exchange)


def _is_free(thing: Thing, key: str) -> bool:
    """Whether a key could be set by an argument that was not sent, and that has no default."""
    return any(
        one.field == key and one.name not in thing.sent and one.default is None and not one.composite
        for one in thing.action.operation.parameters
    )


@scenario_rule(
    "references-follow",
    title="A key that names another thing follows it",
    source="references in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def references_follow(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After a rename it shows the new name, after a deletion nothing."""
    for creation, parameter, reference in _referring(stage, resource):
        other = stage.make(stage.resources[reference.resource], why="create something to refer to")
        values = {parameter.name: str(other.get(reference.key))}
        thing = stage.make(resource, values, action=creation, why="create something that refers to it")
        field = parameter.field or ""
        for action in stage.actions(other, "rename"):
            exchange = stage.rename(other, action, stage.arguments.fresh_name(other.resource), why="rename it")
            body, seen = stage.refresh(thing)
            if exchange.succeeded and body.get(field) != other.get(reference.key):
                message = f"{field} is {body.get(field)!r} after that was renamed"
                wanted = str(other.get(reference.key))
                yield Complaint(message, repr(body.get(field)), wanted, "renamed", exchange=exchange, steps=(seen,))
        for action in stage.actions(other, "delete")[:1]:
            exchange = stage.remove(other, action)
            body, seen = stage.refresh(thing)
            if exchange.succeeded and body.get(field) not in NOTHING:
                message = f"{field} is still {body.get(field)!r} after that was deleted"
                yield Complaint(message, repr(body.get(field)), "nothing", "deleted", exchange=exchange, steps=(seen,))


@scenario_rule(
    "references-must-exist",
    title="A key cannot name what does not exist",
    source="references in conventions.yaml; the code for absent objects",
    evidence=Evidence.ASSUMED,
)
def references_must_exist(stage: Stage, resource: Resource) -> None:
    """A creation and an update with a name nobody has are refused."""
    for creation, parameter, reference in _referring(stage, resource):
        holder = stage.resources[reference.resource]
        values = {parameter.name: stage.arguments.fresh_name(holder)}
        given, parts = stage.arguments.creation(resource, creation, values, full=False, variant=0)
        why = f"{parameter.name} names nothing"
        stage.create(resource, creation, given, parts, "not-found", why=why, evidence=Evidence.ASSUMED)
        thing = stage.standing(resource.name, creation)
        for action in stage.actions(thing, "update"):
            if action.operation.parameter(parameter.name):
                sent = {**stage.address(action, thing), **values}
                stage.call(action.operation, sent, "not-found", why=why, evidence=Evidence.ASSUMED)


def _referring(stage: Stage, resource: Resource) -> Iterator[tuple[Action, Parameter, Reference]]:
    """Parameters of creations that name another thing."""
    for creation in resource.all("create"):
        for parameter in creation.operation.parameters:
            reference = stage.arguments.references.get(parameter.field or parameter.name)
            if reference is not None and parameter.name not in creation.target:
                yield creation, parameter, reference
