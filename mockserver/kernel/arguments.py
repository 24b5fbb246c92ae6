"""Arguments of an operator's request: members of a JSON object, each of the type that is wanted, none unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.kernel.errors import BadInput
from mockserver.kernel.names import nearest

#: What values of a type are called in a message.
WORDS: Mapping[type, str] = {str: "text", int: "whole number", bool: "true or false", dict: "object"}


def read(given: Mapping[str, Any], **wanted: Any) -> dict[str, Any]:
    """The arguments by name: ``name=str`` must be there, ``minutes=(int, 0)`` has a default.

    Raises ``BadInput`` for unknown, missing and mistyped ones. A word of Python may end in an underscore (``from_``).
    """
    rules = {name.removesuffix("_"): rule for name, rule in wanted.items()}
    for name in given:
        if name not in rules:
            raise BadInput(f"unknown name {name!r}{nearest(name, rules)}")
    return {name: _value(given, name, rule) for name, rule in rules.items()}


def _value(given: Mapping[str, Any], name: str, rule: Any) -> Any:
    kind, *default = rule if isinstance(rule, tuple) else (rule,)
    if name not in given:
        if not default:
            raise BadInput(f"{name!r} is missing; it is to be {WORDS[kind]}")
        return default[0]
    if type(given[name]) is not kind:
        raise BadInput(f"{name!r}: {told(given[name])} is no {WORDS[kind]}")
    return given[name]


def told(value: Any) -> str:
    """A value of JSON in a message: its three words as JSON writes them."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
