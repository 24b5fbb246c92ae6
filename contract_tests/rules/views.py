"""Views: after a change every address, list and answer shows it, and none shows what was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contract_tests.compare import differences, same
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.machines.families import facts_of
from contract_tests.model import Action, Resource
from contract_tests.rules.creation import existence, look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import as_sent, field_schema, kept, settable
from contract_tests.stage import Stage, Thing

SEED = "PUT updates: the method table of the API"

#: Makes one change of a thing: by which action, and what came of it.
Change = tuple[Action, Callable[[Stage, Thing, Action], Exchange]]


def changes(resource: Resource) -> Iterator[Change]:
    """Every way to change a thing."""
    yield from ((action, update_all) for action in resource.all("update"))
    yield from ((action, _rename) for action in resource.all("rename"))
    yield from ((action, _move) for action in resource.all("move"))
    yield from ((action, _act) for action in resource.all("act"))


def update_all(stage: Stage, thing: Thing, action: Action, **more: Any) -> Exchange:
    """Another value for every key an update can set, but for those that exclude one already chosen."""
    values: dict[str, str] = {}
    excluded: set[str] = set()
    for parameter in settable(action, thing):
        sent = stage.arguments.another(thing.resource, action.operation, parameter, thing.get(parameter.field or ""))
        if sent is not None and parameter.name not in excluded:
            values |= {name: text for name, text in sent.items() if name not in values}
            excluded |= set(sent)
    why = "update everything at once"
    exchange = stage.call(action.operation, {**stage.values(thing, action), **values}, why=why, **more)
    if exchange.succeeded:
        thing.sent = {**thing.sent, **values}
    return exchange


def _rename(stage: Stage, thing: Thing, action: Action) -> Exchange:
    return stage.rename(thing, action, stage.arguments.fresh_name(thing.resource), why="rename it")


def _move(stage: Stage, thing: Thing, action: Action) -> Exchange:
    goals = stage.goals(action)
    return stage.move(thing, action, goals, why="move it", evidence=action.evidence)


def _act(stage: Stage, thing: Thing, action: Action) -> Exchange:
    return stage.call(action.operation, stage.address(action, thing), why=action.operation.id)


@scenario_rule("every-view-follows", title="After a change every address and list shows it", source=SEED)
def every_view_follows(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """After an update, a rename or a move each address shows the same thing, each list has it once, with the same
    values, and nothing has its old name."""
    for action, change in changes(resource) if resource.shown else ():
        if action.verb == "act":
            continue
        thing = stage.make_for(resource, action, full=True, why="create something to change")
        old, _ = stage.refresh(thing)
        for listing in stage.actions(thing, "list"):
            stage.listed(listing, _listed_by(stage, listing, thing), why="list it before the change")
        exchange = change(stage, thing, action)
        if exchange.succeeded:
            now, _ = stage.refresh(thing)
            yield from _addresses(stage, thing, now, exchange)
            yield from _lists(stage, thing, now, old, exchange)


def _addresses(stage: Stage, thing: Thing, now: Mapping[str, Any], change: Exchange) -> Iterator[Complaint]:
    for reading in stage.actions(thing, "read"):
        body, seen = stage.read(thing, reading, "read it after the change")
        for key, wanted, shown in differences(now, body, thing.resource.compare) if reading.own_answer else ():
            message = f"{reading.operation.id} shows {key} as {shown!r} after it"
            yield Complaint(
                message, repr(shown), repr(wanted), f"{reading.operation.id} {key}", exchange=change, steps=(seen,)
            )
    for asking in stage.actions(thing, "exists"):
        yield from existence(stage, asking, stage.address(asking, thing), True, "after a change")


def _lists(
    stage: Stage, thing: Thing, now: Mapping[str, Any], old: Mapping[str, Any], change: Exchange
) -> Iterator[Complaint]:
    for listing in stage.actions(thing, "list"):
        items, seen = stage.listed(listing, _listed_by(stage, listing, thing), why="list it after the change")
        name, found = listing.operation.id, [item for item in items if stage.is_item(item, thing)]
        if len(found) != 1:
            message = f"{name} lists it {len(found)} times after it"
            yield Complaint(message, str(len(found)), "once", f"{name} count", exchange=change, steps=(seen,))
        for key, wanted, shown in differences(now, found[0], thing.resource.compare) if found else ():
            message = f"{name} lists {key} as {shown!r} after it"
            yield Complaint(message, repr(shown), repr(wanted), f"{name} {key}", exchange=change, steps=(seen,))
        if any(_is_old(thing.resource, item, now, old) for item in items):
            message = f"{name} lists its old name after it"
            yield Complaint(message, "there", "gone", f"{name} old", exchange=change, steps=(seen,))


def _listed_by(stage: Stage, listing: Action, thing: Thing) -> dict[str, str]:
    return {**stage.address(listing, thing), **stage.scope(listing, thing)}


def _is_old(resource: Resource, item: Any, now: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether an item has the name a thing had before it was renamed."""
    return isinstance(item, dict) and any(
        not same("fold", now.get(key), old.get(key)) and same("fold", item.get(key), old.get(key))
        for key in resource.naming
    )


@scenario_rule("answers-show-the-result", title="The answer to a change shows the thing as it then is", source=SEED)
def answers_show_the_result(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What an update, a rename, a move or an action answers is what reading the thing shows right after."""
    for action, change in changes(resource) if resource.shown else ():
        thing = stage.make_for(resource, action, full=True, why="create something to change")
        stage.refresh(thing)
        exchange = change(stage, thing, action)
        answer = stage.shown(action, exchange)
        if answer is None:
            continue
        now, seen = stage.refresh(thing)
        for key, wanted, shown in differences(now, answer, resource.compare):
            message = f"the answer shows {key} as {shown!r}, reading shows {wanted!r}"
            yield Complaint(message, repr(shown), repr(wanted), key, exchange=exchange, steps=(seen,))
        for key in sorted(set(now) ^ set(answer)):
            if field_schema(thing, key):
                place = "the answer" if key in answer else "reading"
                yield Complaint(f"{key} is shown only by {place}", place, "both", f"{key} presence", exchange=exchange)


@scenario_rule("update-takes-all-at-once", title="An update of many keys changes all of them", source=SEED)
def update_takes_all_at_once(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Every key that can be set is sent in one update, and every one has its new value when read back."""
    for action in resource.all("update"):
        thing = stage.make_for(resource, action, full=True, why="create something to change")
        stage.refresh(thing)
        exchange = update_all(stage, thing, action)
        if exchange.succeeded:
            after, seen = stage.refresh(thing)
            names = {one.name for one in settable(action, thing)}
            sent = {name: text for name, text in thing.sent.items() if name in names & set(exchange.call.values)}
            yield from as_sent(thing, after, sent, seen, "after an update of all", by=action)


@scenario_rule(
    "renaming-to-a-taken-name",
    title="A thing cannot be given the name of another",
    source="duplicates are refused",
)
def renaming_to_a_taken_name(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A rename to a name that is taken is refused; both things stay as they were."""
    unique = facts_of(stage.promise, stage.resources).unique_of(resource)
    for action in resource.all("rename") if unique.keys else ():
        one, other = (stage.make_for(resource, action, full=True, why="create one of two") for _ in range(2))
        before = [stage.refresh(thing)[0] for thing in (one, other)]
        (name,) = action.sets.values()
        taken = dict.fromkeys(action.sets, str(other.get(name)))
        exchange = stage.call(
            action.operation,
            {**stage.address(action, one), **taken},
            "duplicate",
            why="a name that is taken",
            evidence=unique.refused,
        )
        if exchange.succeeded:
            told = str(exchange.response.status)
            yield Complaint("the rename succeeds", told, "refused", "taken", unique.refused, exchange)
        for thing, was in zip((one, other), before, strict=True):
            yield from kept(thing, was, look(stage, thing), exchange, why=" by a refused rename")
