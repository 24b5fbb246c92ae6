"""What an object shows against what it should: as sent, and as it was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.compare import NOTHING, differences, from_wire, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange, value_of
from contract_tests.findings import Complaint
from contract_tests.model import Action
from contract_tests.promise import Parameter
from contract_tests.schema import Schema, properties_of
from contract_tests.stage import Thing


def field_schema(thing: Thing, name: str) -> Schema:
    """The schema of one key of a thing; empty where the promise has no such key."""
    return properties_of(thing.resource.schema).get(name, {})


def settable(action: Action, thing: Thing) -> list[Parameter]:
    """Parameters of an update that set a key a thing has, but those that name it or what it hangs on, and those by
    which the same operation renames or moves it."""
    resource = thing.resource
    same = [one for one in resource.all("rename", "move") if one.operation == action.operation]
    changing = {name for one in same for name in (*one.sets, *one.places, *one.needs)}
    return [
        one
        for one in action.operation.parameters
        if one.field
        and one.name not in {*action.target, *resource.parts, *changing}
        and resource.has(one.name, {key: str(thing.get(key)) for key in resource.variants})
    ]


def as_sent(
    thing: Thing,
    shown: Mapping[str, Any],
    sent: Mapping[str, str],
    exchange: Exchange,
    where: str,
    *,
    by: Action | None = None,
) -> Iterator[Complaint]:
    """Complaints about arguments, of the creation or another action, that an object does not show in their keys."""
    parameters = (by or thing.action).operation.by_name
    for name, text in sent.items():
        parameter = parameters.get(name)
        if parameter is None or parameter.field is None or not field_schema(thing, parameter.field):
            continue
        fault = _as_sent(thing, shown, parameter, text)
        if fault is not None:
            wanted, got = fault
            yield Complaint(
                f"{parameter.field} is {got!r} {where}, sent was {wanted!r}",
                received=repr(got),
                promised=repr(wanted),
                cause=parameter.field,
                evidence=parameter.evidence,
                exchange=exchange,
            )


def _as_sent(thing: Thing, shown: Mapping[str, Any], parameter: Parameter, text: str) -> tuple[Any, Any] | None:
    """The value wanted and the one shown, where they differ."""
    field = parameter.field or ""
    wanted = from_wire(text, str(field_schema(thing, field).get("type", "string")))
    if field in thing.resource.map or field in thing.resource.members:
        return _inner_as_sent(wanted, shown.get(field))
    kind = thing.resource.compare.get(field, "exact")
    if field not in shown:
        return None if wanted in NOTHING else (wanted, "(key missing)")
    if kind == "ignore" or same(kind, shown[field], wanted):
        return None
    return wanted, shown[field]


def _inner_as_sent(wanted: Any, shown: Any) -> tuple[Any, Any] | None:
    """The first entry of a map, or name of a list, that was sent and is not shown."""
    if isinstance(wanted, dict):
        told = shown if isinstance(shown, dict) else {}
        return next((({key: one}, told.get(key)) for key, one in wanted.items() if told.get(key) != one), None)
    missing = [one for one in wanted if not isinstance(shown, list) or one not in shown]
    return (missing, shown) if missing else None


def kept(
    thing: Thing,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    exchange: Exchange,
    *,
    free: frozenset[str] | set[str] = frozenset(),
    why: str = "",
    flags: Evidence = Evidence.DOCUMENTED,
    steps: tuple[Exchange, ...] = (),
) -> Iterator[Complaint]:
    """Complaints about keys that changed or vanished though nothing allowed them to.

    ``free`` keys may change, of a map the entries that were sent; ``flags`` says how well it is known that unsent
    booleans stay.
    """
    for key, old, new in differences(before, after, thing.resource.compare):
        if key in free and key in thing.resource.map:
            yield from _entries_kept(key, old, new, exchange, why, steps)
        if key not in free:
            is_flag = field_schema(thing, key).get("type") == "boolean"
            yield Complaint(
                f"{key} changed from {old!r} to {new!r}{why}",
                repr(new),
                repr(old),
                cause=key,
                evidence=flags if is_flag else Evidence.DOCUMENTED,
                exchange=exchange,
                steps=steps,
            )
    for key in sorted(set(before) - set(after) - set(free)):
        yield Complaint(f"{key} vanished from the object", "absent", repr(before[key]), cause=key, exchange=exchange)


def _entries_kept(
    key: str, before: Any, after: Any, exchange: Exchange, why: str, steps: tuple[Exchange, ...]
) -> Iterator[Complaint]:
    """Complaints about entries of a map that no argument of the exchange named, and that changed."""
    sent = [value_of(one, str(exchange.call.values[one.name])) for one in _named(exchange, key)]
    names = {name for one in sent if isinstance(one, dict) for name in one}
    for name, old in before.items() if isinstance(before, dict) and isinstance(after, dict) else ():
        if name not in names and after.get(name) != old:
            message = f"{key} {name} changed from {old!r} to {after.get(name)!r}{why}"
            yield Complaint(message, repr(after.get(name)), repr(old), f"{key} entry", exchange=exchange, steps=steps)


def _named(exchange: Exchange, key: str) -> list[Parameter]:
    return [one for one in exchange.operation.parameters if one.field == key and one.name in exchange.call.values]
