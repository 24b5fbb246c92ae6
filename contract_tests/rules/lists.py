"""Lists: they contain what exists, once, inside the asked container, and show it as reading does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contract_tests.compare import differences, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.narrowed import Narrowing, by_keys, by_places, misfits, of_sorts, whole_of
from contract_tests.ordered import unordered
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import field_schema
from contract_tests.stage import Blocked, Stage, Thing

#: Where things lie, seen from a container.
WHERE = ("in it", "beside it", "deeper in it", "deeper still")

GET = "GET reads: the method table of the API"


@scenario_rule(
    "lists-what-exists", writes=False, title="Every list has what was made, once, as reading shows it", source=GET
)
def lists_what_exists(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A thing just made stands in every list that is said to hold it, exactly once, with the values that reading it
    shows; lists that are for other sorts of things do not have it."""
    for creation in resource.all("create"):
        thing = stage.make(resource, action=creation, full=True)
        shown = look(stage, thing)
        for action in resource.all("list"):
            if set(action.target.values()) & resource.hung - set(creation.target.values()):
                continue  # it lists what hangs on something else
            values = {**stage.address(action, thing), **stage.scope(action, thing)}
            items, exchange = stage.listed(action, values)
            found = [item for item in items if stage.is_item(item, thing)]
            wanted = 1 if thing.concerns(action) else 0
            if len(found) != wanted:
                message = f"it is listed {len(found)} times"
                yield Complaint(message, str(len(found)), str(wanted), creation.operation.id, exchange=exchange)
            if found and not resource.item and not action.ids:
                yield from _as_read(thing, shown, found[0], exchange)


def _as_read(thing: Thing, shown: dict[str, Any], item: Any, exchange: Exchange) -> Iterator[Complaint]:
    for key, old, new in differences(shown, item, thing.resource.compare):
        message = f"{key} is {new!r} in the list and {old!r} when read"
        yield Complaint(message, repr(new), repr(old), f"value {key}", exchange=exchange)
    schema, free = thing.resource.schema, {key for key, kind in thing.resource.compare.items() if kind == "ignore"}
    for key in sorted(set(shown) - set(item) - (free - set(schema.get("required", ())))):
        yield Complaint(f"{key} is missing in the list", "absent", repr(shown[key]), f"key {key}", exchange=exchange)


@scenario_rule("no-item-twice", writes=False, title="No list has one thing twice", source=GET)
def no_item_twice(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The items of a list are different things."""
    for action in resource.all("list"):
        thing = stage.standing(resource.name, resource.creation(action))
        values = {**stage.address(action, thing), **stage.scope(action, thing)}
        items, exchange = stage.listed(action, values)
        keys = resource.item or resource.identity
        seen: set[tuple[str, ...]] = set()
        for item in items:
            bare = (item,) if isinstance(item, str) else ()
            named = tuple(str(item.get(key)).casefold() for key in keys) if isinstance(item, dict) else bare
            if named and named in seen:
                yield Complaint(f"{', '.join(named)} is listed twice", str(named), "once", "twice", exchange=exchange)
            seen.add(named)


@scenario_rule(
    "lists-keep-to-their-place", writes=False, title="A list of a container has only what lies in it", source=GET
)
def lists_keep_to_their_place(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A list narrowed to a container holds what lies in it and nothing from beside it; what lies deeper is there when
    the list is recursive, which is the default, and not when it is not. A run that makes nothing compares with the
    list of all."""
    if not stage.mode.writes:
        yield from _narrowed(stage, resource, by_places)
        return
    for action in resource.all("list"):
        creation = resource.creation(action)
        hung = {name: one for name, one in creation.parts.items() if one.resource in stage.resources}
        if not action.within or len(hung) != 1 or resource.fresh:
            continue
        ((parameter, reference),) = hung.items()
        holder = stage.resources[reference.resource]
        outer, beside = stage.make(holder, why="create a container"), stage.make(holder, why="create one beside it")
        deeper = _inside(stage, holder, str(outer.get(reference.key)))
        deepest = _inside(stage, holder, str(deeper.get(reference.key)))
        things = {
            where: stage.make(resource, {parameter: str(place.get(reference.key))}, action=creation)
            for where, place in zip(WHERE, (outer, beside, deeper, deepest), strict=True)
        }
        scope = dict.fromkeys(action.within, str(outer.get(reference.key)))
        yield from _scoped(stage, action, scope, things, deep=True)
        recursive = action.switches.get("recursive")
        if recursive:
            yield from _scoped(stage, action, {**scope, recursive: "true"}, things, deep=True)
            yield from _scoped(stage, action, {**scope, recursive: "false"}, things, deep=False)
            yield from _said_otherwise(stage, action, scope, things)


def _narrowed(stage: Stage, resource: Resource, narrowings: Callable[..., Iterator[Narrowing]]) -> Iterator[Complaint]:
    """Lists narrowed to what stands on the target, each against the list of all."""
    whole = whole_of(resource)
    if whole is None:
        return
    items = [one for one in stage.listed(whole, {}, why="list all")[0] if isinstance(one, dict)]
    for action in resource.all("list"):
        if action is not whole and not action.ids:
            yield from misfits(stage, resource, action, list(narrowings(stage, resource, action, items)))


def _inside(stage: Stage, holder: Resource, place: str) -> Thing:
    """A container in another one: made by the creation's own parameter for its place."""
    creation = next(iter(holder.all("create")))
    parameter = next(iter(creation.parts))
    return stage.make(holder, {parameter: place}, why="create a container in it")


def _said_otherwise(
    stage: Stage, action: Action, scope: dict[str, str], things: dict[str, Thing]
) -> Iterator[Complaint]:
    """The switch sent empty, which is none, and with its name and word in another case."""
    recursive = action.switches["recursive"]
    if stage.conventions.get("query", {}).get("empty_value") == "absent":
        said = {**scope, recursive: ""}
        yield from _less_known(_scoped(stage, action, said, things, deep=True, evidence=Evidence.CLIENT))
    casing = stage.conventions.get("casing", {})
    if casing.get("query_names") == casing.get("booleans") == "insensitive":
        more: dict[str, Any] = {
            "renamed": {one: one.swapcase() for one in (*scope, recursive)},
            "evidence": Evidence.CLIENT,
        }
        yield from _less_known(_scoped(stage, action, {**scope, recursive: "FALSE"}, things, deep=False, **more))


def _less_known(complaints: Iterator[Complaint]) -> Iterator[Complaint]:
    """Complaints that rest on what the published client does."""
    return (replace(one, evidence=Evidence.CLIENT) for one in complaints)


def _scoped(
    stage: Stage, action: Action, values: dict[str, str], things: dict[str, Thing], *, deep: bool, **more: Any
) -> Iterator[Complaint]:
    said: dict[str, Any] = {"why": f"list {values}", "evidence": action.evidence, **more}
    exchange = stage.call(action.operation, values, **said)
    items = stage.items(exchange, action)
    if items is None:
        return  # a refusal is another rule's
    wanted = dict(zip(WHERE, (True, False, deep, deep), strict=True))
    for where, thing in things.items():
        there = any(stage.is_item(item, thing) for item in items)
        if there is not wanted[where]:
            sent = ", ".join(f"{name}={value}" for name, value in values.items() if value in ("true", "false"))
            message = f"what lies {where} is {'listed' if there else 'missing'}{' with ' + sent if sent else ''}"
            yield Complaint(message, str(there), str(wanted[where]), f"{where} {sent}", exchange=exchange)


@scenario_rule(
    "lists-keep-to-their-filter",
    writes=False,
    title="A list has only what was asked for",
    source="the parameters of the list",
)
def lists_keep_to_their_filter(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Every item of a list by a key has that key, and a thing whose key only begins so is not listed. Every item of a
    list of one sort is of that sort. A run that makes nothing compares with the
    list of all."""
    if not stage.mode.writes:
        yield from _narrowed(stage, resource, by_keys)
        yield from of_sorts(stage, resource)
        return
    for action in resource.all("list"):
        if not action.target and not action.where:
            continue
        thing = stage.make(resource, action=resource.creation(action), fresh=True)
        beside = _nearly(stage, thing, action)
        values = {**stage.address(action, thing), **stage.scope(action, thing)}
        items, exchange = stage.listed(action, values, why="list what has a key")
        if action.target and any(stage.is_item(item, beside) for item in items if not stage.is_item(item, thing)):
            message = "it lists a thing that was not asked for"
            yield Complaint(message, "listed", "left out", "another", exchange=exchange)
        wanted = {key: values[name] for name, key in action.target.items() if name in values}
        for key, value in {**wanted, **action.where}.items():
            kind = resource.compare.get(key, "fold")
            odd = [
                item[key]
                for item in items
                if isinstance(item, dict) and key in item and not same(kind, item[key], value)
            ]
            if odd and field_schema(thing, key):
                message = f"an item has {odd[0]!r} as its {key}"
                yield Complaint(message, repr(odd[0]), repr(value), f"key {key}", exchange=exchange)


def _nearly(stage: Stage, thing: Thing, action: Action) -> Thing:
    """Another thing, on other things, whose name begins with the name of the first where a list goes by names."""
    creation = thing.action
    names = {name for name, key in creation.target.items() if key in thing.resource.naming and name in thing.sent}
    longer = {name: f"{thing.sent[name]}x" for name in names if set(action.target.values()) & thing.resource.naming}
    return stage.make(thing.resource, longer, action=creation, fresh=True, why="create one that is nearly alike")


@scenario_rule(
    "lists-agree",
    writes=False,
    title="A list without a container is the list of all",
    source="the container of a list is optional",
)
def lists_agree(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Two lists of the same sort of things that are narrowed by nothing have the same items."""
    plain = [one for one in resource.all("list") if not one.target]
    whole = next((one for one in plain if not one.within and not one.where), None)
    if whole is None:
        return
    stage.standing(resource.name)
    for action in plain:
        if action is whole or any(one.required for one in action.operation.parameters):
            continue
        before, _ = stage.listed(whole, {}, why="list all")
        items, exchange = stage.listed(action, {}, why="list without a container")
        after, _ = stage.listed(whole, {}, why="list all")
        if before != after:
            continue
        wanted = {_told(resource, one) for one in before if _is_sort(action, one)}
        differing = sorted(wanted ^ {_told(resource, one) for one in items})
        if differing:
            message = f"{len(differing)} items are only in one of it and {whole.operation.id}, such as {differing[0]}"
            evidence = min((action.operation.by_name[one].evidence for one in action.within), default=action.evidence)
            yield Complaint(message, str(len(items)), str(len(wanted)), "items", evidence, exchange)


def _told(resource: Resource, item: Any) -> tuple[str, ...]:
    return tuple(str(item.get(key)).casefold() for key in resource.identity) if isinstance(item, dict) else ()


def _is_sort(action: Action, item: Any) -> bool:
    return isinstance(item, dict) and all(item.get(key) == value for key, value in action.where.items())


@scenario_rule(
    "lists-everything", writes=False, title="The list of all has everything the run has made", source=GET, each="run"
)
def lists_everything(stage: Stage, promise: object) -> Iterator[Complaint]:
    """However many things there are, whatever they were made with and wherever they lie."""
    if stage.session.lost:
        raise Blocked("answers to writes were lost, so nobody knows what stands")
    for resource in stage.resources.values():
        for action in resource.all("list"):
            if action.target or action.within:
                continue
            mine = [one for one in stage.things if one.resource is resource and not one.gone and one.concerns(action)]
            items, exchange = stage.listed(action, {}, why="list all") if mine else ([], None)
            missing = [one for one in mine if not any(stage.is_item(item, one) for item in items)]
            if missing:
                lost = next(iter(missing[0].entry.values.values()), "")
                message = f"{len(missing)} of {len(mine)} things of the run are not listed, such as {lost}"
                yield Complaint(message, str(len(items)), f"at least {len(mine)}", resource.name, exchange=exchange)


@scenario_rule(
    "lists-in-order",
    writes=False,
    title="Lists are in the order of names, without case",
    source="lists in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def lists_in_order(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Judged on three things of the run, made out of order, the name of one in capitals; where nothing is made, on
    what stands there, as far as every collation agrees."""
    if stage.conventions.get("lists", {}).get("order") != "name":
        return
    if not stage.mode.writes:
        yield from unordered(stage, resource)
        return
    for creation in resource.all("create"):
        names = [one for one, key in creation.target.items() if key in resource.naming and one not in creation.parts]
        if len(names) != 1 or resource.fresh:
            continue
        stem = stage.arguments.fresh_name(resource)
        if not stem[-1].isalnum() or "/" in stem:
            continue
        given = [f"{stem}b".upper(), f"{stem}c", f"{stem}a"]
        outer, inner = _places(stage, creation)
        places = (outer, outer, inner)
        things = [
            stage.make(resource, {names[0]: name, **place}, action=creation)
            for name, place in zip(given, places, strict=True)
        ]
        for action in stage.actions(things[0], "list"):
            if action.target:
                continue
            scope = {name: outer[name] for name in action.within if name in outer}
            items, exchange = stage.listed(action, scope, why="list things of the run in their order")
            at = [next((n for n, item in enumerate(items) if stage.is_item(item, one)), None) for one in things]
            first, second, third = (at[n] for n in (2, 0, 1))
            if None not in at and not (first or 0) < (second or 0) < (third or 0):
                shown = ", ".join(given[n] for n in sorted(range(3), key=lambda n: at[n] or 0))
                yield Complaint("items are not in the order of names", shown, "a, B, c", "order", exchange=exchange)
        yield from _in_order_again(stage, resource, things, f"{stem}d")


def _places(stage: Stage, creation: Action) -> tuple[dict[str, str], dict[str, str]]:
    """A container and one in it, for what lies in one; nothing for what does not."""
    hung = {name: one for name, one in creation.parts.items() if one.resource in stage.resources and one.key}
    if len(hung) != 1:
        return {}, {}
    ((parameter, reference),) = hung.items()
    holder = stage.resources[reference.resource]
    if not any(not one.key for one in holder.parts.values()):
        return {}, {}
    outer = str(stage.make(holder, why="create a container").get(reference.key))
    return {parameter: outer}, {parameter: str(_inside(stage, holder, outer).get(reference.key))}


def _in_order_again(stage: Stage, resource: Resource, things: list[Thing], name: str) -> Iterator[Complaint]:
    """The first of three in its place after it was given a name behind the others."""
    first = things[2]
    for renaming in stage.actions(first, "rename")[:1]:
        if not stage.rename(first, renaming, name, why="rename the first to the last").succeeded:
            continue
        for action in stage.actions(first, "list"):
            if action.target:
                continue
            items, exchange = stage.listed(action, {}, why="list things of the run in their order")
            places = [next((n for n, item in enumerate(items) if stage.is_item(item, one)), None) for one in things]
            if None not in places and (places[2] or 0) < max(places[0] or 0, places[1] or 0):
                message = "a renamed item is in the place of its old name"
                yield Complaint(message, name, "behind the others", "renamed", exchange=exchange)


@scenario_rule(
    "lists-of-nowhere",
    writes=False,
    title="The list of what does not exist is refused",
    source="the code for absent objects in the status table",
    evidence=Evidence.ASSUMED,
)
def lists_of_nowhere(stage: Stage, resource: Resource) -> None:
    """The list of a container, an owner or a zone that nobody has."""
    for action in resource.all("list"):
        creation = resource.creation(action)
        for name in (*action.within, *action.target):
            reference = creation.parts.get(name)
            holder = stage.resources.get(reference.resource) if reference else None
            missing = stage.arguments.ghost(holder, reference.key) if holder and reference else None
            if missing is not None:
                thing = stage.standing(resource.name, creation)
                values = {**stage.address(action, thing), name: missing}
                why = f"{name} names nothing"
                stage.call(action.operation, values, "not-found", why=why, evidence=Evidence.ASSUMED)


@scenario_rule(
    "lists-nothing-as-empty",
    writes=False,
    title="A list of nothing is an empty list",
    source="the published client reads every list; a name without match is no absent object",
    evidence=Evidence.CLIENT,
)
def lists_nothing_as_empty(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The list of an empty container made for it, and the list by a name or an address that nothing has."""
    for action in resource.all("list"):
        creation = resource.creation(action)
        values = _empty_place(stage, creation, action) if action.within else _no_match(stage, resource, action)
        if values is None:
            continue
        exchange = stage.call(action.operation, values, why="list nothing", evidence=Evidence.CLIENT)
        if exchange.succeeded and stage.items(exchange, action) != []:
            shown = repr(stage.payload(exchange))[:200]
            yield Complaint("it is no empty list", shown, "[]", "empty", exchange=exchange)


def _empty_place(stage: Stage, creation: Action, action: Action) -> dict[str, str] | None:
    for name in action.within if stage.mode.writes else ():
        reference = creation.parts.get(name)
        if reference is not None and reference.resource in stage.resources:
            holder = stage.make(stage.resources[reference.resource], why="create an empty container")
            return {name: str(holder.get(reference.key))}
    return None


def _no_match(stage: Stage, resource: Resource, action: Action) -> dict[str, str] | None:
    """A key of its own that nothing has; none for a list by what things hang on."""
    creation = resource.creation(action)
    for name, key in action.target.items():
        if name not in creation.parts and key in resource.naming:
            return {name: stage.arguments.fresh_name(resource)}
        parameter = creation.operation.parameter(name)
        if name not in creation.parts and parameter is not None:
            return {name: stage.arguments.sample(parameter, stage.arguments.unused())}
    return None
