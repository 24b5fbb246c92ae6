"""Conditions as seeds write them, in the keys of the promise, read as what the service is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import CONDITION_CLASSES, MINI_VIEW, REFER_VIEW
from mockserver.apis.copernica.service import spans
from mockserver.apis.copernica.service.conditions import Wish
from mockserver.apis.copernica.service.demands import attributes
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError

#: Keys that are no attribute with dashes for underscores.
_SPECIAL: Mapping[str, str] = {"amount": "number"}
#: What a key may hold, by the type of what its attribute holds when nothing is said.
_BY_DEFAULT: Mapping[type, Mapping[str, Any]] = {
    bool: {"type": "boolean"},
    str: {"type": ["string", "number", "boolean"]},
    tuple: {"type": "array", "items": {"type": "string"}},
    type(None): {"type": "integer", "minimum": 0},
}
_MUTATION: Mapping[str, Any] = {"type": ["string", "array"], "items": {"type": "string"}}
_REFERRING: Mapping[str, str] = {MINI_VIEW: "mini-view", REFER_VIEW: "refer-view"}


def keys(kind: str) -> dict[str, str]:
    """Attributes by the keys that say them, of one type of condition."""
    special = {**_SPECIAL, "refers": _REFERRING.get(kind, "")}
    return {special.get(name, name.replace("_", "-")): name for name in sorted(attributes(CONDITION_CLASSES[kind]))}


def schemas() -> dict[str, Mapping[str, Any]]:
    """The JSON schema of every key that some type has."""
    found: dict[str, Mapping[str, Any]] = {}
    for kind, row in CONDITION_CLASSES.items():
        for key, name in keys(kind).items():
            default = row.__dataclass_fields__[name].default
            found[key] = _MUTATION if name.endswith("_mutation") else _BY_DEFAULT[type(default)]
    return dict(sorted(found.items()))


def wish(at: str, entry: Mapping[str, Any]) -> Wish:
    """What an entry asks for; raises ``SeedError`` for a key that its type does not have."""
    kind, known = entry["type"], keys(entry["type"])
    for key in entry:
        if key != "type" and key not in known:
            raise SeedError(at, f"a {kind} condition has no {key!r}{nearest(key, known)}")
    return Wish(kind, {known[key]: _read(key, value) for key, value in entry.items() if key != "type"})


def _read(key: str, value: Any) -> Any:
    if not key.endswith("-mutation"):
        return value
    return spans.mutation(json.dumps(value), value) if isinstance(value, list) else spans.mutation(value)
