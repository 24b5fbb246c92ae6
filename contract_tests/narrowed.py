"""Narrowed lists of what stands on a target, against the list of all: for runs that make nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract_tests.compare import NOTHING, dn, dn_within, same
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Values of a key and containers to which a list is narrowed; one where the list of all is longer than ``MANY``.
VALUES, PLACES, MANY = 12, 3, 2_000

Item = Mapping[str, Any]
Identity = tuple[str, ...]
Items = Mapping[Identity, Item]


@dataclass(frozen=True)
class Narrowing:
    """Arguments of a list, and which items of the list of all they choose."""

    values: Mapping[str, str]
    chooses: Callable[[Item], bool]

    @property
    def told(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.values.items()) or "no arguments"


def whole_of(resource: Resource) -> Action | None:
    """The list of all things of a resource, as they are."""
    if resource.item:
        return None
    plain = (one for one in resource.all("list") if not (one.target or one.within or one.where or one.ids))
    return next((one for one in plain if not any(part.required for part in one.operation.parameters)), None)


def is_sort(resource: Resource, action: Action, item: Item) -> bool:
    """Whether an item is of the sort a list is for."""
    return all(
        key not in item or same(resource.compare.get(key, "fold"), item[key], value)
        for key, value in action.where.items()
    )


def by_keys(stage: Stage, resource: Resource, action: Action, items: list[Any]) -> Iterator[Narrowing]:
    """A list by one key, narrowed to values that things have."""
    if len(action.target) != 1 or action.within:
        return
    ((parameter, key),) = action.target.items()
    kind = resource.compare.get(key, "fold")

    def narrowing(value: str) -> Narrowing:
        return Narrowing({**action.needs, parameter: value}, lambda item: same(kind, item.get(key), value))

    values = sorted({one[key] for one in items if isinstance(one.get(key), str) and one[key] not in NOTHING})
    yield from (narrowing(value) for value in _shuffled(stage, values, action)[: 1 if len(items) > MANY else VALUES])


def by_places(stage: Stage, resource: Resource, action: Action, items: list[Any]) -> Iterator[Narrowing]:
    """A list of a container, with what lies deeper and without; containers that hold some of all come first."""
    reference = next((resource.creation(action).parts.get(name) for name in action.within), None)
    holder = stage.resources.get(reference.resource) if reference else None
    whole = whole_of(holder) if holder else None
    if reference is None or whole is None or len(action.within) != 1 or len(resource.place) != 1:
        return
    (parameter,), ((key, how),) = action.within, resource.place.items()
    if resource.compare.get(key) != "dn" or action.target:
        return

    def lies(item: Item, place: str, deep: bool) -> bool:
        own = str(item.get(key))
        own = own if how == "equals" else own.partition(",")[2]
        return dn_within(own, place) if deep else dn(own, place)

    def telling(place: str) -> tuple[bool, bool]:
        deep = sum(lies(one, place, True) for one in items)
        return deep > sum(lies(one, place, False) for one in items), 0 < deep < len(items)

    holders, _ = stage.listed(whole, {}, why="list the containers")
    places = sorted({str(one[reference.key]) for one in holders if isinstance(one, dict) and reference.key in one})
    places = sorted(_shuffled(stage, places, action)[:MANY], key=telling, reverse=True)
    recursive = action.switches.get("recursive")
    for place in places[: 1 if len(items) > MANY else PLACES]:
        for told, deep in ((None, True), ("true", True), ("false", False)) if recursive else ((None, True),):
            more = {recursive: told} if recursive and told else {}
            yield Narrowing(
                {parameter: place, **more},
                lambda item, place=place, deep=deep: lies(item, place, deep),  # type: ignore[misc]
            )


def misfits(stage: Stage, resource: Resource, action: Action, narrowings: Sequence[Narrowing]) -> Iterator[Complaint]:
    """What narrowed lists have too much or too little, seen twice: others may write in between."""
    first = _misfits(stage, resource, action, narrowings) if narrowings else {}
    if first:
        again = _misfits(stage, resource, action, narrowings)
        yield from (again[name] for name in first if name in again)


def of_sorts(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Items of lists that are of another sort than what the list is for; sorts are told apart by what creations fix."""
    for action in resource.all("list"):
        if action.target or any(one.required for one in action.operation.parameters) or resource.item or action.ids:
            continue
        allowed = {key: [value] for key, value in action.where.items()} or _fixed(stage, action)
        items, exchange = stage.listed(action, {}, why="list one sort") if allowed else ([], None)
        for key, values in allowed.items():
            kind = resource.compare.get(key, "fold")
            shown = [one[key] for one in items if isinstance(one, dict) and key in one]
            odd = [one for one in shown if not any(same(kind, one, value) for value in values)]
            if odd:
                message, wanted = f"an item has {odd[0]!r} as its {key}", " or ".join(map(repr, values))
                yield Complaint(message, repr(odd[0]), wanted, f"key {key}", exchange=exchange)


def _fixed(stage: Stage, action: Action) -> dict[str, list[Any]]:
    """Values of keys that tell the sorts of things apart, of those a list is for."""
    sharing = {one.name for one, _ in stage.actions_of(action.operation)}
    every, own = [], []
    for resource in stage.resources.values():
        fixed = [dict(one.fixed) for one in resource.all("create")]
        every += fixed
        own += fixed if resource.name in sharing else []
    keys = {key for key in own[0] if all(key in one for one in own)} if own else set()
    telling = {key for key in keys if len({str(one[key]) for one in every if key in one}) > 1}
    return {key: [one[key] for one in own] for key in sorted(telling)}


def _misfits(
    stage: Stage, resource: Resource, action: Action, narrowings: Sequence[Narrowing]
) -> dict[tuple[str, ...], Complaint]:
    whole = whole_of(resource)
    if whole is None:
        return {}
    before = _known(resource, stage.listed(whole, {}, why="list all")[0])
    answers = [(one, *stage.listed(action, one.values, why=f"list {one.told}")) for one in narrowings]
    after = _known(resource, stage.listed(whole, {}, why="list all again")[0])
    found = {}
    for narrowing, items, exchange in answers:
        told, listed = narrowing.told, _known(resource, items)
        for why, names in _odd(resource, action, narrowing, listed, before, after).items():
            for one in names:
                message = f"{why} with {told}: {', '.join(one)}"
                found[why, told, *one] = Complaint(message, str(len(items)), told, why, exchange=exchange)
    return found


def _odd(resource: Resource, action: Action, narrowing: Narrowing, *lists: Items) -> dict[str, list[Identity]]:
    """What is wrong with a narrowed list, between the list of all before it and after it."""
    listed, before, after = lists

    def chosen(item: Item) -> bool:
        return is_sort(resource, action, item) and narrowing.chooses(item)

    return {
        "an item that was not asked for is listed": [one for one, item in listed.items() if not chosen(item)],
        "an item that was asked for is missing": [
            one for one in before if one in after and chosen(before[one]) and chosen(after[one]) and one not in listed
        ],
        "an item is listed that the list of all does not have": [
            one for one, item in listed.items() if chosen(item) and one not in before and one not in after
        ],
    }


def _known(resource: Resource, items: list[Any]) -> Items:
    """Items by what tells them apart, where they show it."""
    keys = resource.identity
    full = (one for one in items if isinstance(one, dict) and all(key in one for key in keys))
    return {tuple(str(one[key]).casefold() for key in keys): one for one in full} if keys else {}


def _shuffled(stage: Stage, values: list[str], action: Action) -> list[str]:
    """In an order that follows from the seed of the run."""
    chance = random.Random(f"{stage.session.ledger.tag} {action.operation.id}")  # noqa: S311 - variety, not secrets
    return chance.sample(values, len(values))
