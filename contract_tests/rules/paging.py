"""Paging: lists in batches add up, and come in the order that was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.batches import Batch, batch_of, keys_of, pages
from contract_tests.evidence import Evidence, level_of
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.happy import inner
from contract_tests.model import Action, Resource
from contract_tests.promise import Promise
from contract_tests.refusal import payload_of
from contract_tests.rules.creation import look
from contract_tests.rules.registry import exchange_rule, scenario_rule
from contract_tests.samples import other_case
from contract_tests.schema import properties_of
from contract_tests.stage import Stage, Thing

SOURCE = "lists and paging in conventions.yaml"
#: Things that a list is made of: enough for three batches of one.
SEVERAL = 3


@exchange_rule("batch-adds-up", title="A batch is what its envelope says", source=SOURCE)
def batch_adds_up(exchange: Exchange, promise: Promise) -> Iterator[Complaint]:
    """``count`` is the number of items, ``start`` and ``limit`` are those that count: what was sent, the default, or
    the most that is shown. No batch has more items than its limit, and ``total`` is no less than what it shows."""
    if not exchange.succeeded or (exchange.call.method is not None and not exchange.call.mirrored):
        return
    batch = batch_of(promise, payload_of(promise, exchange))
    names = pages(promise, exchange.operation)
    if batch is None:
        return
    keys = keys_of(promise)
    if batch.count is not MISSING and batch.count != len(batch.items):
        yield _complaint(keys["count"], batch.count, len(batch.items))
    for role, sent in (_meant(promise, exchange, names) if names else {}).items():
        given = getattr(batch, role)
        if sent is not None and given is not MISSING and given != sent:
            yield _complaint(keys[role], given, sent)
    if names and isinstance(batch.limit, int) and len(batch.items) > batch.limit:
        yield Complaint("a batch has more items than its limit", str(len(batch.items)), str(batch.limit), "over")
    if isinstance(batch.total, int) and isinstance(batch.start, int):
        least = batch.start + len(batch.items) if batch.items else 0
        whole = batch.total <= len(batch.items) if not names else batch.total >= least
        if not whole or batch.total < len(batch.items):
            yield _complaint(keys["total"], batch.total, f"at least {least}")


def _complaint(key: str, given: Any, wanted: Any) -> Complaint:
    return Complaint(f"{key} is {given!r} where {wanted} is right", repr(given), str(wanted), key)


def _meant(promise: Promise, exchange: Exchange, names: Mapping[str, str]) -> dict[str, int | None]:
    """The start and limit that count; ``None`` where what was sent is no number."""
    paging, found = promise.conventions["paging"], {}
    for role in ("start", "limit"):
        sent = exchange.call.values.get(names.get(role, ""))
        text = str(sent[-1] if isinstance(sent, list) and sent else sent or paging[role].get("default", 0))
        most = paging[role].get("maximum")
        known = int(text) if text.isdecimal() else None
        found[role] = min(known, most) if known is not None and most is not None else known
    return found


def listings(resource: Resource) -> Iterator[Action]:
    """The lists that show a resource as it is, by what its things hang on."""
    return (one for one in resource.all("list") if one.own_answer and not one.ids)


@scenario_rule("batches-make-the-list", title="Batches of a list are the list, cut", source=SOURCE, writes=False)
def batches_make_the_list(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Asked for one at a time, the items are those of the whole list in its order; beyond the end there are none. A
    larger limit than is allowed means the largest, none shows nothing, and without a total there is none."""
    for action in listings(resource):
        names = pages(stage.promise, action.operation)
        if not names:
            continue
        thing = several(stage, resource, action)
        values = {**stage.address(action, thing), **stage.scope(action, thing)}
        whole = stage.call(action.operation, values, why="the whole list")
        batch = batch_of(stage.promise, stage.payload(whole))
        if batch is None:
            continue
        for start in range(min(SEVERAL, len(batch.items))):
            yield from _cut(stage, action, values, names, batch, start, 1)
        if isinstance(batch.total, int):
            yield from _cut(stage, action, values, names, batch, batch.total + 1000, 2)
        yield from _cut(stage, action, values, names, batch, 0, 0)
        yield from _limits(stage, action, values, names)


def several(stage: Stage, resource: Resource, action: Action) -> Thing:
    """A thing among several in one place."""
    thing = stage.standing(resource.name, resource.creation(action))
    kept = {name: thing.sent[name] for name in thing.action.parts if name in thing.sent}
    for _ in range(SEVERAL - 1 if stage.mode.writes and thing.action is not resource.coming else 0):
        stage.make(resource, kept, action=thing.action, why="create one of several")
    return thing


def _cut(
    stage: Stage,
    action: Action,
    values: Mapping[str, str],
    names: Mapping[str, str],
    whole: Batch,
    start: int,
    limit: int,
) -> Iterator[Complaint]:
    sent = {**values, names["start"]: str(start), names["limit"]: str(limit)}
    exchange = stage.call(action.operation, sent, why=f"{limit} from {start}")
    batch = batch_of(stage.promise, stage.payload(exchange))
    wanted = whole.items[start : start + limit]
    if batch is None or (batch.items == wanted and batch.total == whole.total):
        return
    still = batch_of(stage.promise, stage.payload(stage.call(action.operation, values, why="the whole list again")))
    if still is not None and still.total == whole.total != batch.total:
        message = f"the total of {limit} from {start} is {batch.total!r}"
        yield Complaint(message, repr(batch.total), repr(whole.total), f"total {limit}", exchange=exchange)
    if batch.items == wanted:
        return
    if still is not None and still.items[start : start + limit] == wanted:  # else others are at work
        shown = f"{len(batch.items)} items, {str(batch.items)[:150]}"
        yield Complaint(f"{limit} from {start} are others", shown, str(wanted)[:200], f"cut {limit}", exchange=exchange)


def _limits(stage: Stage, action: Action, values: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Complaint]:
    paging, keys = stage.conventions["paging"], keys_of(stage.promise)
    most = paging["limit"].get("maximum")
    if most is not None and paging["limit"].get("above") == "clamped":
        stage.call(action.operation, {**values, names["limit"]: str(most * 10)}, why="a limit beyond the largest")
    booleans = stage.conventions.get("booleans", {})
    words = booleans.get("query", {"false": ["false"], "true": ["true"]})
    spelled = [(word, told == "true") for told in ("false", "true") for word in words[told]]
    for word, shown in spelled if "total" in names and "total" in keys else ():
        known = Evidence.DOCUMENTED if word in words else level_of(booleans, Evidence.ASSUMED)
        sent = {**values, names["total"]: word}
        exchange = stage.call(action.operation, sent, why=f"{names['total']}={word}", evidence=known)
        body = stage.payload(exchange)
        if isinstance(body, dict) and exchange.succeeded and (keys["total"] in body) is not shown:
            message = f"{keys['total']} is {'missing' if shown else 'there'} with {names['total']}={word}"
            yield Complaint(message, str(not shown), str(shown), f"total {word}", known, exchange)
    for role in ("start", "limit"):
        for word in ("-1", "some"):
            why = f"{names[role]} is {word}"
            sent = {**values, names[role]: word}
            stage.call(action.operation, sent, "bad-input", why=why, evidence=Evidence.ASSUMED)


@scenario_rule(
    "lists-in-order-of-ids",
    title="Lists are in the order of ids",
    source="lists.order in conventions.yaml",
    writes=False,
)
def lists_in_order_of_ids(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What was made first comes first, where nothing else is asked for; ids are compared as numbers."""
    lists = stage.conventions.get("lists", {})
    if lists.get("order") != "id" or resource.id is None:
        return
    for action in resource.all("list"):
        thing = several(stage, resource, action)
        items, exchange = stage.listed(action, {**stage.address(action, thing), **stage.scope(action, thing)})
        ids = [
            int(text) for item in items if isinstance(item, dict) and (text := str(item.get(resource.id))).isdecimal()
        ]
        if ids != sorted(ids):
            evidence = level_of(lists, Evidence.DOCUMENTED)
            yield Complaint("ids are out of order", str(ids)[:200], "ascending", "order", evidence, exchange)


@scenario_rule(
    "lists-in-the-order-asked-for",
    title="A list comes in the order that is asked for",
    source="paging.order_by in conventions.yaml",
)
def lists_in_the_order_asked_for(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """By a field of the things, upwards and downwards, by the id, and by a name that no field has, which is refused; so
    is one in another case, where names count in their exact case."""
    paging: Mapping[str, Any] = stage.conventions.get("paging", {})
    for action in listings(resource) if "order_by" in paging else ():
        by, direction = paging["order_by"]["parameter"], paging["direction"]["parameter"]
        if action.operation.parameter(by) is None:
            continue
        things, entry = valued(stage, resource, action, ("b", "c", "a"))
        if not things:
            continue
        values = {**stage.address(action, things[0]), **stage.scope(action, things[0])}
        asked = (
            ({by: entry}, (2, 0, 1)),
            ({by: entry, direction: "desc"}, (1, 0, 2)),
            ({by: entry, direction: "asc"}, (2, 0, 1)),
        )
        plain = ({direction: "desc"}, (2, 1, 0))
        by_id = (({by: "id"}, (0, 1, 2)), ({by: "id", direction: "desc"}, (2, 1, 0)))
        hidden = hidden_names(stage, things[0])
        for sent, wanted in (*asked, plain, *(() if "id" in hidden else by_id)):
            why = f"ordered by {', '.join(sent.values())}".replace(entry, "a field")
            items, exchange = stage.listed(action, {**values, **sent}, why=why)
            order = [number for item in items for number, one in enumerate(things) if stage.is_item(item, one)]
            if tuple(order) != wanted:
                cause = why.removeprefix("ordered by ")
                yield Complaint(f"it is not {why}", str(order), str(list(wanted)), cause, exchange=exchange)
        unknown = {"by nothing": {by: stage.arguments.fresh_name(resource)}}
        if stage.conventions.get("casing", {}).get("names") == "exact":
            if other_case(entry) not in hidden:
                unknown["by a name in another case"] = {by: other_case(entry)}
            for word in [other_case(one) for one in paging["direction"].get("also", ())[:1]]:
                if word not in hidden:
                    unknown["in a direction in another case"] = {direction: word}
        for how, sent in unknown.items():
            why = f"an order {how}"
            stage.call(action.operation, {**values, **sent}, "bad-input", why=why, evidence=Evidence.ASSUMED)


def hidden_names(stage: Stage, thing: Thing) -> set[str]:
    """Names of the fields that things of this place have: in filters and orders such a name means the field."""
    shown = look(stage, thing)
    maps = [shown.get(key) for key in thing.resource.map]
    return {name for one in maps if isinstance(one, Mapping) for name in one}


def valued(stage: Stage, resource: Resource, action: Action, words: tuple[str, ...]) -> tuple[list[Thing], str]:
    """Things that differ in one entry of a map, and the name of the entry; none where they have no such map."""
    creation = resource.creation(action)
    parameter = next((one for one in creation.operation.parameters if one.field in resource.map), None)
    if parameter is None:
        return [], ""
    first = stage.make(resource, action=creation, why="create one to compare with")
    entry = entry_of(stage, first)
    if entry is None:
        return [], ""
    kept = {name: first.sent[name] for name in creation.parts if name in first.sent}
    stem = stage.arguments.fresh_name(resource)
    things = []
    for word in words:
        text = f'{{"{entry}": "{stem}{word}"}}'
        things.append(
            stage.make(resource, {**kept, parameter.name: text}, action=creation, why=f"create one with {word}")
        )
    return things, entry


def entry_of(stage: Stage, thing: Thing) -> str | None:
    """The name of an entry of a thing's map that holds any text."""
    for parameter in thing.action.operation.parameters:
        if parameter.field in thing.resource.map and properties_of(thing.resource.schema).get(parameter.field or ""):
            text = inner(stage, thing, parameter, {}, 0)
            return next(iter(stage.arguments.entries(text)), None) if text else None
    return None
