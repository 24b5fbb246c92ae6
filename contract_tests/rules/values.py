"""Values: what becomes of one follows from the type of its field, whatever writes it and whatever shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from contract_tests.evidence import Evidence, level, level_of
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.filters import filtered, id_name
from contract_tests.rules.paging import listings
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Stage, Thing

SOURCE = "values in conventions.yaml"


@dataclass(frozen=True)
class _Ground:
    """Fields of every type in a place of their own: ``fields`` by type, ``key`` that holds their values in things made
    with ``hung``."""

    key: str
    fields: Mapping[str, Thing]
    hung: Mapping[str, str]


@scenario_rule(
    "values-by-type",
    title="A value is read by the type of its field, whatever writes it",
    source=SOURCE,
    evidence=Evidence.CLIENT,
)
def values_by_type(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Fields of every type are given good values, bad ones and none, by the creation, by each change and by changes of
    many: each shows what the promise makes of it, as text, where it is read alone and in lists."""
    types: Mapping[str, Any] = stage.conventions.get("values", {}).get("types", {})
    ground = _ground(stage, resource, types)
    if ground is None or resource.first("create") is None:
        return
    try:
        yield from _told(stage, resource, ground, types)
    finally:
        for field in ground.fields.values():
            for action in [one for one in field.resource.all("delete") if not field.gone][:1]:
                stage.remove(field, action, why="no more fields of this type")


def _ground(stage: Stage, resource: Resource, types: Mapping[str, Any]) -> _Ground | None:
    """A new place with a field of each type; nothing where a resource has no such values."""
    creation = resource.first("create")
    for key, reference in resource.map.items() if types and creation else ():
        kind = stage.resources[reference.resource]
        making = kind.first("create")
        if creation is None or making is None:
            continue
        (name, holding), *_ = making.parts.items()
        holder = stage.make(stage.resources[holding.resource], why=f"create a {holding.resource} for fields")
        place = str(holder.get(holding.key))
        word = stage.conventions["values"]["parameter"]
        fields = {
            one: stage.make(kind, {**told.get("with", {}), name: place, word: one}, why=f"a field of type {one}")
            for one, told in types.items()
        }
        hung = {part: place for part, one in creation.parts.items() if one.resource == holding.resource}
        return _Ground(key, fields, hung)
    return None


def _told(stage: Stage, resource: Resource, ground: _Ground, types: Mapping[str, Any]) -> Iterator[Complaint]:
    creation = next(resource.all("create"))
    bare = stage.make(resource, ground.hung, why="create one without values")
    nothing = {one: (None, told["nothing"], "") for one, told in types.items()}
    yield from _shown(stage, bare, ground, nothing, "when nothing was given")
    rounds = max(len(told["reads"]) for told in types.values())
    for number in range(rounds):
        given = {one: told["reads"][number % len(told["reads"])] for one, told in types.items()}
        for parameter in _setting(creation, ground.key):
            thing, exchange = _made(stage, resource, creation, {**ground.hung, parameter.name: _text(ground, given)})
            if thing is not None and exchange.succeeded:
                yield from _shown(stage, thing, ground, _cleaned(given), "when it was made")
        for action in resource.all("update", "bulk"):
            for parameter in _setting(action, ground.key):
                yield from _changed(stage, bare, action, parameter, ground, given)


def _made(
    stage: Stage, resource: Resource, creation: Action, values: Mapping[str, str]
) -> tuple[Thing | None, Exchange]:
    given, parts = stage.arguments.creation(resource, creation, values, full=False, variant=0)
    return stage.create(resource, creation, given, parts, why="create one with values of every type")


def _setting(action: Action, key: str) -> list[Parameter]:
    """The arguments of an operation that set values: one of its body, or the whole of it."""
    places = ("content", "body")
    found = [one for one in action.operation.parameters if one.place in places and one.field == key]
    return found or [one for one in action.operation.parameters if one.place == "content" and action.verb == "bulk"]


def _text(ground: _Ground, given: Mapping[str, Any]) -> str:
    return orjson.dumps({_called(ground.fields[one]): told[0] for one, told in given.items()}).decode()


def _called(field: Thing) -> str:
    """The name of a field."""
    return next((str(field.get(key)) for key in sorted(field.resource.naming)), "")


def _cleaned(given: Mapping[str, Any]) -> dict[str, tuple[Any, str, str]]:
    return {one: (told[0], told[1], told[2] if len(told) > 2 else "") for one, told in given.items()}


def _changed(
    stage: Stage, thing: Thing, action: Action, parameter: Parameter, ground: _Ground, given: Mapping[str, Any]
) -> Iterator[Complaint]:
    values: dict[str, Any] = {**stage.address(action, thing), parameter.name: _text(ground, given)}
    name, key = filtered(stage, action), thing.resource.id
    if name:
        special = id_name(stage, thing)
        if special is None or key is None:
            return
        values[name] = [f"{special}=={thing.get(key)}"]
    exchange = stage.call(action.operation, values, why="give values to fields of every type")
    if exchange.succeeded:
        how = f"after {action.operation.id}"
        yield from _shown(stage, thing, ground, _cleaned(given), how)


def _shown(
    stage: Stage, thing: Thing, ground: _Ground, wanted: Mapping[str, tuple[Any, str, str]], how: str
) -> Iterator[Complaint]:
    """Complaints about values that are not what they should be, where the thing is read and in its lists."""
    known = level_of(stage.conventions.get("values"), Evidence.CLIENT)
    body, seen = stage.refresh(thing)
    views = [(body, seen, how)]
    for action in listings(thing.resource):
        values = {**stage.address(action, thing), **stage.scope(action, thing)}
        items, exchange = stage.listed(action, values, why="see the values in a list")
        views += [(item, exchange, f"{how}, in a list") for item in items if stage.is_item(item, thing)]
    for shown, exchange, where in views:
        entries = shown.get(ground.key, MISSING) if isinstance(shown, dict) else MISSING
        for kind, (given, text, evidence) in wanted.items():
            name = _called(ground.fields[kind])
            now = entries.get(name, MISSING) if isinstance(entries, dict) else MISSING
            if now != text or not isinstance(now, str):
                told = "missing" if now is MISSING else repr(now)
                message = f"a field of type {kind} that was given {given!r} is {told[:80]} {where}"
                cause = f"{kind} {given!r}"[:60]
                level_of_it = level(evidence) if evidence else known
                yield Complaint(message, told[:200], repr(text)[:200], cause, level_of_it, exchange)
