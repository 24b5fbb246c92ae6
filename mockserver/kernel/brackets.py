"""Names with brackets, as PHP reads them: `fields[newsletter]=no`, `0=football`, `list[]=a&list[]=b`.

The rules are those of PHP's parse_str: later values replace earlier ones, `[]` takes the next number. Two things
differ: names count as they are spelt, where PHP makes blanks and dots of a first one underscores; and a name without a
first part (`[]=a`, `[3]=a`) is an element of the whole, where PHP drops it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

#: A key that counts elements: PHP has numbers for these, and texts for `01`, `1.5` and `-0`.
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})")


class TooDeep(ValueError):
    """A name with more brackets than are read."""


class Elements:
    """One PHP array while it grows; it may be a list or a map in the end."""

    __slots__ = ("_next", "_values")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._values: dict[str, Any] = {str(number): text for number, text in enumerate(texts)}
        self._next = len(self._values)

    def put(self, keys: list[str | None], text: str) -> None:
        """Set the element under some keys, one within the other; ``None`` is the next number."""
        node = self
        for key in keys[:-1]:
            node = node._inner(key)
        node._set(keys[-1], text)

    def plain(self) -> list[Any] | dict[str, Any]:
        """The elements: a list when their keys are 0, 1, 2 … in this order."""
        values = {key: value.plain() if isinstance(value, Elements) else value for key, value in self._values.items()}
        if all(key == str(number) for number, key in enumerate(values)):
            return list(values.values()) if values else {}
        return values

    def texts(self) -> list[str]:
        """The elements that are texts, in their order."""
        return [value for value in self._values.values() if isinstance(value, str)]

    def _inner(self, key: str | None) -> Elements:
        found = None if key is None else self._values.get(key)
        return found if isinstance(found, Elements) else self._set(key, Elements())

    def _set(self, key: str | None, value: Any) -> Any:
        if key is None:
            key = str(self._next)
        if NUMBER.fullmatch(key):
            self._next = max(self._next, int(key) + 1)
        self._values[key] = value
        return value


def keys_of(name: str, depth: int) -> list[str | None]:
    """The keys a name leads through, ``None`` for `[]`; no keys at all for an empty name.

    Raises ``TooDeep`` for more than ``depth`` keys.
    """
    first, bracket, rest = name.partition("[")
    keys: list[str | None] = [first] if first else []
    while bracket:
        key, closed, rest = rest.partition("]")
        if not closed:  # a bracket that is never closed is no bracket
            return keys if len(keys) != 1 or not first else [name]
        if len(keys) >= depth:
            raise TooDeep(f"more than {depth} levels of brackets")
        keys.append(key if key.strip() else None)
        bracket, rest = rest[:1] if rest.startswith("[") else "", rest[1:]
    return keys


def gathered(pairs: Iterable[tuple[str, str]], depth: int) -> list[Any] | dict[str, Any]:
    """The value that names with brackets describe; raises ``TooDeep``."""
    whole = Elements()
    for name, text in pairs:
        keys = keys_of(name, depth)
        if keys:
            whole.put(keys, text)
    return whole.plain()


def listed(pairs: Iterable[tuple[str, str]], known: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Elements by the first part of their names, of the names known: `fields[]=a&fields[5]=b`.

    ``known`` has the elements that came without brackets. Deeper elements are no texts, and left out.
    """
    found = {name: Elements(texts) for name, texts in known.items()}
    for name, text in pairs:
        first, bracket, rest = name.partition("[")
        key, closed, after = rest.partition("]")
        if bracket and closed and not after and first in found:
            found[first].put([key if key.strip() else None], text)
    return {name: elements.texts() for name, elements in found.items()}
