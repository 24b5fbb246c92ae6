"""Conditions as seeds write them, in the keys of the promise, read as what the service is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import CONDITION_CLASSES, UNITS, Mutation
from mockserver.apis.copernica.service.conditions import Wish
from mockserver.apis.copernica.spelling import KEYS, read
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError

#: What a key may hold, by the type of what its attribute holds when nothing is said.
_BY_DEFAULT: Mapping[type, Mapping[str, Any]] = {
    bool: {"type": "boolean"},
    str: {"type": ["string", "number", "boolean"]},
    tuple: {"type": "array", "items": {"type": "string"}},
    type(None): {"type": "integer", "minimum": 0},
}
_MUTATION: Mapping[str, Any] = {"type": ["string", "array"], "items": {"type": "string"}}


def schemas() -> dict[str, Mapping[str, Any]]:
    """The JSON schema of every key that some type has."""
    found: dict[str, Mapping[str, Any]] = {}
    for kind, row in CONDITION_CLASSES.items():
        for key, name in KEYS[kind].items():
            default = row.__dataclass_fields__[name].default
            found[key] = _MUTATION if name.endswith("_mutation") else _BY_DEFAULT[type(default)]
    return dict(sorted(found.items()))


def wish(at: str, entry: Mapping[str, Any]) -> Wish:
    """What an entry asks for; raises ``SeedError`` for a key that its type does not have, and an offset of no time."""
    kind, known = entry["type"], KEYS[entry["type"]]
    given: dict[str, Any] = {}
    for key, value in entry.items():
        if key == "type":
            continue
        if key not in known:
            raise SeedError(at, f"a {kind} condition has no {key!r}{nearest(key, known)}")
        given[known[key]] = said = read(known[key], value)
        if isinstance(said, Mutation) and not said.unit:
            raise SeedError(f"{at}.{key}", f"{value!r} is no offset like [minus, '30', day]; units: {', '.join(UNITS)}")
    return Wish(kind, given)
