"""Lists: they contain what exists, once, inside the asked container, and show it as reading does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.compare import differences
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Stage, Thing

GET = "GET reads: the method table of the API"


@scenario_rule("lists-what-exists", title="Every list has what was made, once, as reading shows it", source=GET)
def lists_what_exists(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A thing just made stands in every list that is said to hold it, exactly once, with the values that reading it
    shows; lists that are for other sorts of things do not have it."""
    for creation in resource.all("create"):
        thing = stage.make(resource, action=creation, full=True)
        shown = look(stage, thing)
        for action in resource.all("list"):
            values = {**stage.address(action, thing), **stage.scope(action, thing)}
            items, exchange = stage.listed(action, values)
            found = [item for item in items if stage.is_item(item, thing)]
            wanted = 1 if thing.concerns(action) else 0
            if len(found) != wanted:
                message = f"it is listed {len(found)} times"
                yield Complaint(message, str(len(found)), str(wanted), creation.operation.id, exchange=exchange)
            if found and not resource.item:
                yield from _as_read(thing, shown, found[0], exchange)


def _as_read(thing: Thing, shown: dict[str, Any], item: Any, exchange: Exchange) -> Iterator[Complaint]:
    for key, old, new in differences(shown, item, thing.resource.compare):
        message = f"{key} is {new!r} in the list and {old!r} when read"
        yield Complaint(message, repr(new), repr(old), f"value {key}", exchange=exchange)
    for key in sorted(set(shown) - set(item)):
        yield Complaint(f"{key} is missing in the list", "absent", repr(shown[key]), f"key {key}", exchange=exchange)


@scenario_rule("no-item-twice", title="No list has one thing twice", source=GET)
def no_item_twice(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """The items of a list are different things."""
    for action in resource.all("list"):
        thing = stage.standing(resource.name, resource.creation(action))
        values = {**stage.address(action, thing), **stage.scope(action, thing)}
        items, exchange = stage.listed(action, values)
        keys = resource.item or resource.identity
        seen: set[tuple[str, ...]] = set()
        for item in items:
            named = tuple(str(item.get(key)).casefold() for key in keys) if isinstance(item, dict) else ()
            if named and named in seen:
                yield Complaint(f"{', '.join(named)} is listed twice", str(named), "once", "twice", exchange=exchange)
            seen.add(named)


@scenario_rule("lists-keep-to-their-place", title="A list of a container has only what lies in it", source=GET)
def lists_keep_to_their_place(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A list narrowed to a container holds what lies in it and nothing from beside it; what lies deeper is there when
    the list is recursive, which is the default, and not when it is not."""
    for action in resource.all("list"):
        creation = resource.creation(action)
        hung = {name: one for name, one in creation.parts.items() if one.resource in stage.resources}
        if not action.within or len(hung) != 1 or resource.fresh:
            continue
        ((parameter, reference),) = hung.items()
        holder = stage.resources[reference.resource]
        outer, beside = stage.make(holder, why="create a container"), stage.make(holder, why="create one beside it")
        deeper = _inside(stage, holder, str(outer.get(reference.key)))
        things = {
            where: stage.make(resource, {parameter: str(place.get(reference.key))}, action=creation)
            for where, place in (("in it", outer), ("beside it", beside), ("deeper in it", deeper))
        }
        scope = dict.fromkeys(action.within, str(outer.get(reference.key)))
        yield from _scoped(stage, action, scope, things, deep=True)
        recursive = action.switches.get("recursive")
        if recursive:
            yield from _scoped(stage, action, {**scope, recursive: "true"}, things, deep=True)
            yield from _scoped(stage, action, {**scope, recursive: "false"}, things, deep=False)


def _inside(stage: Stage, holder: Resource, place: str) -> Thing:
    """A container in another one: made by the creation's own parameter for its place."""
    creation = next(iter(holder.all("create")))
    parameter = next(iter(creation.parts))
    return stage.make(holder, {parameter: place}, why="create a container in it")


def _scoped(
    stage: Stage, action: Action, values: dict[str, str], things: dict[str, Thing], *, deep: bool
) -> Iterator[Complaint]:
    items, exchange = stage.listed(action, values, why=f"list {values}")
    wanted = {"in it": True, "beside it": False, "deeper in it": deep}
    for where, thing in things.items():
        there = any(stage.is_item(item, thing) for item in items)
        if there is not wanted[where]:
            sent = ", ".join(f"{name}={value}" for name, value in values.items() if value in ("true", "false"))
            message = f"what lies {where} is {'listed' if there else 'missing'}{' with ' + sent if sent else ''}"
            yield Complaint(message, str(there), str(wanted[where]), f"{where} {sent}", exchange=exchange)
