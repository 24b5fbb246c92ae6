"""Keys of request bodies: which of them mean something, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.kernel.names import nearest

#: From a value, and its place in the body, to what it means and what is wrong with its keys.
Sorting = Callable[[Any, str], tuple[Any, list[str]]]


def sorting(schema: Any) -> Sorting | None:
    """Leaves out what a schema does not list, or lists as without effect (``x-ignored``), and gives a key that is
    another spelling (``x-field``) its usual one. ``None`` where every key means itself."""
    if not isinstance(schema, Mapping):
        return None
    if "items" in schema:
        return _listed(schema["items"])
    if "properties" not in schema or "additionalProperties" in schema:
        return None
    return _mapped(schema["properties"])


def _listed(schema: Any) -> Sorting | None:
    one = sorting(schema)
    if one is None:
        return None

    def sort(value: Any, place: str) -> tuple[Any, list[str]]:
        if not isinstance(value, list):
            return value, []
        found = [one(inner, f"{place}.{number}") for number, inner in enumerate(value)]
        return [inner for inner, _ in found], [line for _, lines in found for line in lines]

    return sort


def _mapped(properties: Mapping[str, Any]) -> Sorting:
    known = {key: (inner.get("x-field", key), sorting(inner)) for key, inner in _effective(properties)}

    def sort(value: Any, place: str) -> tuple[Any, list[str]]:
        if not isinstance(value, dict):
            return value, []
        kept: dict[str, Any] = {}
        unknown: list[str] = []
        for key, inner in value.items():
            if key in known:
                name, within = known[key]
                kept[name], more = within(inner, f"{place}.{key}") if within else (inner, [])
                unknown += more
            elif key not in properties:
                unknown.append(f"{place}: unknown key {key!r}{nearest(key, known)}")
        return kept, unknown

    return sort


def _effective(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, inner) for key, inner in properties.items() if not inner.get("x-ignored"))
