"""The case of letters in bodies: keys, entries of maps and names in lists count as they are spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from contract_tests.compare import from_wire, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Parameter
from contract_tests.rules.body import bodied
from contract_tests.rules.creation import look
from contract_tests.rules.filters import filtered, id_name
from contract_tests.rules.inputs import differs
from contract_tests.rules.registry import scenario_rule
from contract_tests.samples import other_case
from contract_tests.showing import field_schema, kept, settable
from contract_tests.stage import Stage, Thing


@scenario_rule(
    "keys-in-another-case",
    title="A key in another case has no effect",
    source="casing.body_names in conventions.yaml",
)
def keys_in_another_case(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Where keys of bodies count in their exact case, one with its letters turned sets nothing: neither a key of a
    thing, nor an entry of a map, nor a name in a list: in creations, updates and changes of many. Nothing else changes
    either."""
    casing = stage.conventions.get("casing", {})
    if casing.get("body_names") != "exact":
        return
    for action in resource.all("create") if resource.shown else ():
        yield from _made(stage, resource, action)
    for action in resource.all("bulk"):
        yield from _many(stage, resource, action)
    for action in resource.all("update", "act"):
        parameters = bodied(action.operation)
        if not parameters:
            continue
        thing = stage.make_for(resource, action, full=True, why="create something to update")
        before = look(stage, thing)
        for parameter in parameters:
            for renamed, values in _turned(stage, thing, action, parameter, before):
                sent = {**stage.address(action, thing), **_mandatory(stage, thing, action, parameter), **values}
                why = f"{parameter.name} with its keys in another case"
                exchange = stage.call(action.operation, sent, None, renamed=renamed, why=why)
                after = look(stage, thing)
                free = _replaced(action, parameter, thing.resource)
                yield from kept(thing, before, after, exchange, free=free, why=" by keys in another case")
                for field in free:
                    yield from _named(field, values[parameter.name], before, after, exchange)
                before = after


def _made(stage: Stage, resource: Resource, action: Action) -> Iterator[Complaint]:
    """What was not mandatory was sent in another case: the new thing is as one that was not sent it."""
    given, parts = stage.arguments.creation(resource, action, {}, full=True, variant=0)
    optional = [one for one in bodied(action.operation) if one.name in given and not one.required]
    keys = {one.name: other_case(one.name) for one in optional if one.place == "body"}
    inner = {one.name: _inner_turned(given[one.name]) for one in optional if _has_names(resource, one)}
    if not keys and not inner:
        return
    thing, exchange = stage.create(
        resource, action, {**given, **inner}, parts, None, renamed=keys, why="create with keys in another case"
    )
    if thing is None or not exchange.succeeded:
        return
    alike = {one.name: given[one.name] for one in action.operation.parameters if one.required and one.name in given}
    named = {name for name, key in action.target.items() if key in resource.naming}
    bare, _ = stage.arguments.creation(
        resource, action, {name: text for name, text in alike.items() if name not in named}, full=False, variant=0
    )
    other, _ = stage.create(resource, action, bare, parts, why="create without them")
    if other is not None:
        before, _ = stage.refresh(other)
        after, _ = stage.refresh(thing)
        for one in optional:
            yield from _unread(thing, one, given[one.name], before, after, exchange)


def _unread(
    thing: Thing,
    parameter: Parameter,
    text: str,
    without: Mapping[str, Any],
    shown: Mapping[str, Any],
    exchange: Exchange,
) -> Iterator[Complaint]:
    """A complaint about a value that was sent in another case, and is there though it is not without it."""
    field = parameter.field or parameter.name
    wanted, value = without.get(field), shown.get(field)
    if _has_names(thing.resource, parameter):
        odd = _taken(orjson.loads(text), wanted, value)
    else:
        kind = thing.resource.compare.get(field, "exact")
        sent = from_wire(text, str(field_schema(thing, field).get("type", "string")))
        odd = value if same(kind, value, sent) and not same(kind, wanted, sent) else None
    if odd is not None:
        message = f"{field} is {odd!r} though its key had another case"
        yield Complaint(message, repr(value)[:200], repr(wanted)[:200], f"made {field}", exchange=exchange)


def _taken(sent: Any, without: Any, shown: Any) -> Any:
    """An entry of a map, or a name of a list, that was sent in another case and is there; ``None`` without one."""
    if isinstance(sent, dict) and isinstance(shown, dict):
        before = without if isinstance(without, dict) else {}
        found = ({key: one} for key, one in sent.items() if shown.get(key) == one and before.get(key) != one)
        return next(found, None)
    names = sent if isinstance(sent, list) and isinstance(shown, list) else []
    return next((one for one in names if one in shown and one not in (without or ())), None)


def _has_names(resource: Resource, parameter: Parameter) -> bool:
    field = parameter.field or parameter.name
    return field in resource.map or field in resource.members


def _inner_turned(text: str) -> str:
    """A map or list of names, as JSON, with the letters of its keys or names turned."""
    value = orjson.loads(text)
    turned = {other_case(key): one for key, one in value.items()} if isinstance(value, dict) else map(other_case, value)
    return orjson.dumps(turned if isinstance(turned, dict) else list(turned)).decode()


def _many(stage: Stage, resource: Resource, action: Action) -> Iterator[Complaint]:
    """A change of many whose entries have another case: what matches is as it was."""
    name = filtered(stage, action)
    body = next((one for one in bodied(action.operation) if (one.field or one.name) in resource.map), None)
    if body is None or name is None or resource.id is None:
        return
    thing = stage.make_for(resource, action, full=True, why="create something to change with others")
    text, before, special = stage.inner(thing, body), look(stage, thing), id_name(stage, thing)
    if text is None or special is None:
        return
    if orjson.loads(_inner_turned(text)).keys() & set(before.get(body.field or body.name) or ()):
        return
    condition = f"{special}=={thing.get(resource.id)}"
    values = {**stage.address(action, thing), name: [condition], body.name: _inner_turned(text)}
    exchange = stage.call(action.operation, values, None, why="change many with their keys in another case")
    yield from kept(thing, before, look(stage, thing), exchange, why=" by keys in another case")


def _turned(
    stage: Stage, thing: Thing, action: Action, parameter: Parameter, before: Mapping[str, Any]
) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What to send: names of keys to turn, and values whose own keys are turned."""
    field = parameter.field or parameter.name
    if field in thing.resource.map:
        sent = stage.arguments.another(thing.resource, action.operation, parameter, before.get(field))
        for name, text in (sent or {}).items():
            entries = {other_case(key): one for key, one in orjson.loads(text).items()}
            if not entries.keys() & set(before.get(field) or ()):
                yield {}, {name: orjson.dumps(entries).decode()}
    elif field in thing.resource.members:
        names = stage.inner(thing, parameter)
        if names is not None:
            yield {}, {parameter.name: _inner_turned(names)}
    elif parameter.place == "body" and other_case(parameter.name) != parameter.name and not parameter.required:
        turned = _another(stage, thing, action, parameter, before.get(field))
        if turned:
            yield {name: other_case(name) for name in turned}, turned


def _replaced(action: Action, parameter: Parameter, resource: Resource) -> set[str]:
    """The list of names that a parameter may empty when it names nothing."""
    field = parameter.field or parameter.name
    return {field} if field in resource.members and not action.adds else set()


def _named(
    field: str, text: str, before: Mapping[str, Any], after: Mapping[str, Any], exchange: Exchange
) -> Iterator[Complaint]:
    """A complaint about a name in a list that was sent in another case only."""
    odd = _taken(orjson.loads(_inner_turned(text)), before.get(field), after.get(field))
    if odd is not None:
        message = f"{field} has {odd!r}, which was sent in another case"
        yield Complaint(message, repr(after.get(field))[:200], repr(before.get(field))[:200], field, exchange=exchange)


def _another(stage: Stage, thing: Thing, action: Action, parameter: Parameter, current: Any) -> dict[str, str]:
    """Another value of a key that can be set; none for what cannot."""
    if parameter.field in thing.resource.naming:
        return {parameter.name: stage.arguments.fresh_name(thing.resource)}
    if parameter not in settable(action, thing):
        return {}
    return stage.arguments.another(thing.resource, action.operation, parameter, current) or {}


def _mandatory(stage: Stage, thing: Thing, action: Action, besides: Parameter) -> dict[str, str]:
    values = stage.values(thing, action)
    return {
        one.name: values[one.name]
        for one in action.operation.parameters
        if one.required and one.name in values and one != besides
    }


@scenario_rule(
    "mandatory-key-in-another-case",
    title="A mandatory key in another case is missing",
    source="casing.body_names in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def mandatory_key_in_another_case(stage: Stage, resource: Resource) -> None:
    """A creation or update whose mandatory keys have their letters turned is refused, as one without them is."""
    if stage.conventions.get("casing", {}).get("body_names") != "exact":
        return
    for action in resource.all("create", "update"):
        for parameter in bodied(action.operation):
            if parameter.required and parameter.place == "body":
                _without(stage, resource, action, parameter.name)


def _without(stage: Stage, resource: Resource, action: Action, name: str) -> None:
    turned, why = {name: other_case(name)}, f"{name} in another case"
    if action.verb == "create":
        given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
        stage.create(resource, action, given, parts, "bad-input", renamed=turned, why=why, evidence=Evidence.ASSUMED)
        return
    thing = stage.make_for(resource, action, full=True, why="create something to update")
    values = stage.values(thing, action)
    stage.call(action.operation, values, "bad-input", renamed=turned, why=why, evidence=Evidence.ASSUMED)


@scenario_rule(
    "query-names-in-another-case",
    writes=False,
    title="A query name in another case has no effect",
    source="casing.query_names in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def query_names_in_another_case(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """Where names in the query count in their exact case, a safe request with all that it could be sent, under names
    whose letters are turned, gets the answer of one without them."""
    if not operation.safe or stage.conventions.get("casing", {}).get("query_names") != "exact":
        return
    values = stage.happy(operation)
    optional = [one for one in operation.parameters if one.place == "query" and one.name not in values]
    turned = tuple((other_case(one.name), _telling(stage, one)) for one in optional)
    if not turned:
        return
    before = stage.call(operation, values, why="as promised")
    exchange = stage.call(operation, values, None, extra=turned, why="query names in another case")
    if differs(stage, before, exchange, values):
        told = f"{exchange.response.status}, another answer"
        yield Complaint("query names in another case change the answer", told, "the same answer", exchange=exchange)


def _telling(stage: Stage, parameter: Parameter) -> str:
    """A value that would change most answers."""
    paging, filters = stage.conventions.get("paging", {}), stage.conventions.get("filter", {})
    if parameter.name == filters.get("parameter"):
        return f"{filters['names'][0]}==0"
    if parameter.name == paging.get("direction", {}).get("parameter"):
        return str(next(iter(paging["direction"].get("also", ())), ""))
    if parameter.kind == "boolean":
        return "false" if parameter.default in (True, None) else "true"
    if parameter.kind in ("integer", "number"):
        return "1"
    return str(next((one for one in parameter.words if one != parameter.default), None) or stage.arguments.tag)


@scenario_rule(
    "routes-in-another-case",
    writes=False,
    title="A path in another case is none",
    source="casing.routes in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def routes_in_another_case(stage: Stage, operation: Operation) -> None:
    """Where paths count in their exact case, a safe request to one whose letters are turned is refused."""
    if not operation.safe or stage.conventions.get("casing", {}).get("routes") != "exact":
        return
    path = re.sub(r"(?<![{\w])\w+(?![\w}])", lambda found: other_case(found[0]), operation.path)
    values, known = stage.happy(operation), Evidence.ASSUMED
    stage.bare(operation, values, "no-route", path_case=path, method="GET", why="another case", evidence=known)
