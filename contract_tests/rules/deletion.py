"""Deletions: what is deleted is gone, by every address and from every list, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_tests.compare import differences
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.lasting import stays
from contract_tests.model import Action, Resource
from contract_tests.rules.creation import existence, look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import kept
from contract_tests.stage import Stage, Thing

SEED = "DELETE deletes: the method table of the API"


@scenario_rule("deleted-is-gone", title="What is deleted is gone, by every address and from every list", source=SEED)
def deleted_is_gone(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After a deletion no address finds the thing and no list shows it. Each operation that deletes is judged."""
    for action in resource.all("delete"):
        for creation in resource.all("create"):
            thing = stage.make(resource, action=creation)
            if not thing.concerns(action):
                continue
            look(stage, thing)
            exchange = stage.remove(thing, action, why="delete it")
            if exchange.succeeded:
                yield from still_there(stage, thing, exchange)


def still_there(stage: Stage, thing: Thing, deletion: Exchange) -> Iterator[Complaint]:
    """Every place a deleted thing can still be seen at."""
    for reading in stage.actions(thing, "read", "facet"):
        values = stage.address(reading, thing)
        exchange = stage.call(reading.operation, values, "not-found", why="read it after its deletion")
        if exchange.succeeded:
            yield _alive(f"{reading.operation.id} still shows it", reading.operation.id, deletion, exchange)
    for asking in stage.actions(thing, "exists"):
        for complaint in existence(stage, asking, stage.address(asking, thing), False, "after its deletion"):
            yield _alive(complaint.message, asking.operation.id, deletion, complaint.exchange or deletion)
    for listing in stage.actions(thing, "list"):
        values = {**stage.address(listing, thing), **stage.scope(listing, thing)}
        items, exchange = stage.listed(listing, values, why="list after its deletion")
        if any(stage.is_item(item, thing) for item in items):
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
        if not action.own_answer:
            continue
        thing = stage.make_for(resource, action, full=True)
        before = look(stage, thing)
        exchange = stage.remove(thing, action)
        body = stage.shown(action, exchange)
        if body is None:
            continue
        for key, old, new in differences(before, body, resource.compare):
            message = f"{key} is {new!r} in the answer to its deletion"
            yield Complaint(message, repr(new), repr(old), key, exchange=exchange)
        for key in sorted(set(before) - set(body)):
            yield Complaint(f"{key} is missing in the answer to its deletion", "absent", key, key, exchange=exchange)


@scenario_rule("deleting-again", title="Deleting again finds nothing", source="an absent object has a code of its own")
def deleting_again(stage: Stage, resource: Resource) -> None:
    """The second deletion of the same thing is refused as absent, not as success."""
    for action in resource.all("delete"):
        thing = stage.make_for(resource, action)
        values = stage.address(action, thing)
        if stage.remove(thing, action).succeeded:
            stage.call(action.operation, values, "not-found", why="delete it a second time")


@scenario_rule("siblings-survive", title="A deletion leaves the sibling alone", source=SEED)
def siblings_survive(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Deleting one thing leaves another of the same kind, with the same parents, exactly as it was; and so it does one
    whose name begins with that of the first."""
    for action in resource.all("delete") if resource.shown else ():
        creation = resource.creation(action)
        sibling = stage.make(resource, action=creation, full=True, why="create a sibling")
        thing = stage.make_for(resource, action, why="create the one to delete")
        siblings = [sibling, *_named_alike(stage, thing, creation)]
        before = [stage.refresh(one)[0] for one in siblings]
        exchange = stage.remove(thing, action)
        for one, was in zip(siblings, before, strict=True):
            after, seen = stage.refresh(one)
            yield from kept(one, was, after, exchange, why=" when another was deleted", steps=(seen,))


def _named_alike(stage: Stage, thing: Thing, creation: Action) -> Iterator[Thing]:
    """Another one on the same things, with a letter more to its name."""
    names = _names_of(creation, thing)
    if names and not (thing.resource.untagged or stays(thing.resource, stage.resources)):
        alike = {name: thing.sent[name] for name in creation.parts if name in thing.sent}
        longer = {name: f"{text}x" for name, text in names.items()}
        yield stage.make(thing.resource, {**alike, **longer}, action=creation, why="create one of nearly its name")


def _names_of(creation: Action, thing: Thing) -> dict[str, str]:
    target = creation.target
    return {
        name: thing.sent[name] for name, key in target.items() if key in thing.resource.naming and name in thing.sent
    }


@scenario_rule(
    "bulk-deletion-takes-what-matches",
    title="A deletion by pattern takes what matches, and nothing else",
    source="the pattern and the container are the filters the operation documents",
)
def bulk_deletion_takes_what_matches(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What matches in the container is gone, and answered; what does not match stays, and so does what lies beside the
    container, and deeper in it unless the deletion is recursive."""
    for action in resource.all("bulk"):
        if action.operation.method != "DELETE":
            continue
        field = _Field(stage, resource, action)
        yield from field.deleted({"recursive": "false"}, field.inside)
        yield from field.deleted({"recursive": "true"}, field.deeper)


class _Field:
    """Things that match a pattern, in a container, in one inside it, in one inside that, and beside it; and one that
    does not match."""

    def __init__(self, stage: Stage, resource: Resource, action: Action) -> None:
        self._stage, self._action = stage, action
        creation = resource.creation(action)
        self._pattern, container = action.switches["pattern"], action.switches["container"]
        name = next(one for one, key in creation.target.items() if key == action.target[self._pattern])
        self._stem = stage.arguments.fresh_name(resource)
        reference = creation.parts[container]
        holder = stage.resources[reference.resource]
        outer, beside = (stage.make(holder, why="create a container") for _ in range(2))
        parent = next(iter(holder.parts))
        inner = stage.make(holder, {parent: str(outer.get(reference.key))}, why="create one in it")
        innermost = stage.make(holder, {parent: str(inner.get(reference.key))}, why="create one in that")

        def made(letters: str, where: Thing) -> list[Thing]:
            place = {container: str(where.get(reference.key))}
            return [stage.make(resource, {name: self._stem + one, **place}, action=creation) for one in letters]

        self._place = {container: str(outer.get(reference.key))}
        self.inside, self.spared = made("ab", outer), made("d", beside)
        self.deeper = made("c", inner) + made("e", innermost)
        self.spared.append(stage.make(resource, self._place, action=creation))

    def deleted(self, switches: Mapping[str, str], doomed: list[Thing]) -> Iterator[Complaint]:
        """Delete by the pattern; complaints about what was not, and what was too."""
        stage, action = self._stage, self._action
        said = {action.switches[role]: word for role, word in switches.items() if role in action.switches}
        values = {**self._place, self._pattern: f"{self._stem}*", **said}
        told = ", ".join(f"{name}={word}" for name, word in said.items())
        exchange = stage.call(action.operation, values, why=f"delete by pattern {told}")
        body = stage.payload(exchange)
        if not exchange.succeeded or not isinstance(body, list):
            return
        for thing in doomed:
            stage.mark_gone(thing)
            # of a deletion that was carried out twice, the second answer has nothing to list
            if not exchange.response.repeated and not any(stage.is_item(item, thing) for item in body):
                message = f"the answer lacks a thing it deleted {told}"
                yield Complaint(message, "absent", "listed", f"lacks {told}", exchange=exchange)
            yield from still_there(stage, thing, exchange)
        for thing in (one for one in (*self.inside, *self.deeper, *self.spared) if not one.gone):
            if any(stage.is_item(item, thing) for item in body) or not look(stage, thing):
                message = f"it took a thing that does not match {told}"
                yield Complaint(message, "gone", "there", f"too many {told}", exchange=exchange)
