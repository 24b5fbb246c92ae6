"""Conditions over an answer: what its status, headers and JSON must be like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import MISSING, Exchange, Response
from contract_tests.own.path import Path, PathError, path_of
from contract_tests.strict import Strict

KINDS = ("string", "integer", "number", "boolean", "array", "object", "null")
#: What can be demanded of a value, and of a header, which is always text.
OF_HEADERS = ("present", "optional", "equals", "one-of", "matches", "min-length", "max-length")
OF_VALUES = (*OF_HEADERS, "type", "at-least", "at-most")


@dataclass(frozen=True)
class Breach:
    """A condition that does not hold: where, what is there, and what was demanded."""

    place: str
    received: str
    demanded: str


@dataclass(frozen=True)
class Demand:
    """Something demanded of a value, in words and as a test."""

    words: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Condition:
    """Demands on what is at a place. ``absent``: nothing may be there; ``optional``: nothing may be there, too."""

    place: str
    find: Callable[[Response], list[tuple[str, Any]]]
    demands: tuple[Demand, ...]
    absent: bool = False
    optional: bool = False

    def breaches(self, response: Response) -> Iterator[Breach]:
        """What does not hold for an answer."""
        found = self.find(response)
        if not found and not (self.absent or self.optional):
            yield Breach(self.place, "nothing", "something")
        for pointer, value in found:
            if self.absent:
                yield Breach(pointer, _shown(value), "nothing")
            for demand in self.demands:
                if not demand.holds(value):
                    yield Breach(pointer, _shown(value), demand.words)


Conditions = tuple[Condition, ...]


def breaches(conditions: Conditions, exchange: Exchange) -> Iterator[Breach]:
    """What does not hold for the answer of an exchange."""
    for condition in conditions:
        yield from condition.breaches(exchange.response)


def conditions_of(part: Strict) -> Conditions:
    """Conditions as they are written: ``status``, ``headers``, ``json``; raises ``StrictError``."""
    given = part.mapping(optional=("status", "headers", "json"))
    if not given:
        raise part.error("no condition; known: status, headers, json")
    found: list[Condition] = []
    if "status" in given:
        found.append(_status(given["status"]))
    if "headers" in given:
        found += [_header(name, one) for name, one in given["headers"].pairs().items()]
    if "json" in given:
        found += [_json(text, one) for text, one in given["json"].pairs().items()]
    return tuple(found)


def _status(part: Strict) -> Condition:
    """One status or several, each a code or a class such as ``2xx``."""
    words = [(one, str(one.value)) for one in part.items_or_one()]
    for one, word in words:
        if not re.fullmatch(r"[1-5](?:\d\d|xx)", word, re.ASCII):
            raise one.error(f"{word!r} is no status such as 200 or 2xx")
    forms = [re.compile(word.replace("x", r"\d")) for _, word in words]
    demand = Demand(
        " or ".join(word for _, word in words), lambda value: any(form.fullmatch(str(value)) for form in forms)
    )
    return Condition("status", lambda response: [("status", response.status)], (demand,))


def _header(name: str, part: Strict) -> Condition:
    def find(response: Response) -> list[tuple[str, Any]]:
        return [(name, value) for key, value in response.headers if key == name.lower()]

    return _condition(name, find, part, OF_HEADERS)


def _json(text: str, part: Strict) -> Condition:
    try:
        path: Path = path_of(text)
    except PathError as error:
        raise part.error(str(error)) from error

    def find(response: Response) -> list[tuple[str, Any]]:
        return [] if response.json is MISSING else path.find(response.json)

    return _condition(text, find, part, OF_VALUES)


def _condition(
    place: str, find: Callable[[Response], list[tuple[str, Any]]], part: Strict, allowed: tuple[str, ...]
) -> Condition:
    given = part.mapping(optional=allowed)
    if not given:
        raise part.error(f"nothing is demanded of {place}; known: {', '.join(allowed)}")
    present = given["present"].flag() if "present" in given else True
    optional = given["optional"].flag() if "optional" in given else False
    demands = tuple(_DEMANDS[key](one) for key, one in given.items() if key in _DEMANDS)
    if not present and (demands or optional):
        raise part.error(f"{place} is not to be present: nothing else can be demanded of it")
    return Condition(place, find, demands, absent=not present, optional=optional)


def _equals(part: Strict) -> Demand:
    wanted = part.value
    return Demand(_shown(wanted), lambda value: _same(value, wanted))


def _one_of(part: Strict) -> Demand:
    wanted = [one.value for one in part.items()]
    return Demand(f"one of {', '.join(map(_shown, wanted))}", lambda value: any(_same(value, one) for one in wanted))


def _matches(part: Strict) -> Demand:
    text = part.text()
    try:
        form = re.compile(text)
    except re.error as error:
        raise part.error(f"{text!r} is no regular expression: {error}") from error
    return Demand(f"text of the form {text}", lambda value: isinstance(value, str) and bool(form.fullmatch(value)))


def _type(part: Strict) -> Demand:
    kind = part.one_of(KINDS)
    return Demand(
        f"of type {kind}", lambda value: kind == _kind(value) or (kind == "number" and _kind(value) == "integer")
    )


def _at_least(part: Strict) -> Demand:
    least = part.number()
    return Demand(f"a number of at least {least}", lambda value: _is_number(value) and value >= least)


def _at_most(part: Strict) -> Demand:
    most = part.number()
    return Demand(f"a number of at most {most}", lambda value: _is_number(value) and value <= most)


def _min_length(part: Strict) -> Demand:
    least = part.number()
    return Demand(f"a length of at least {least}", lambda value: isinstance(value, str | list) and len(value) >= least)


def _max_length(part: Strict) -> Demand:
    most = part.number()
    return Demand(f"a length of at most {most}", lambda value: isinstance(value, str | list) and len(value) <= most)


_DEMANDS: Mapping[str, Callable[[Strict], Demand]] = {
    "equals": _equals,
    "one-of": _one_of,
    "matches": _matches,
    "type": _type,
    "at-least": _at_least,
    "at-most": _at_most,
    "min-length": _min_length,
    "max-length": _max_length,
}


def _same(value: Any, wanted: Any) -> bool:
    """Equal, and of one type: ``true`` is not ``1``."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "null" if value is None else str(value)
