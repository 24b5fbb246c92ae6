"""Rows as JSON documents and back, exactly: what comes back equals what went in, types included."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Generic, Union, get_args, get_origin, get_type_hints

import orjson

from mockserver.kernel.store.protocol import PLAIN, Kind, Row, StoreError, scalars_of
from mockserver.kernel.store.query import QueryError, check_kept
from mockserver.kernel.store.sql.cells import cell

Revive = Callable[[Any], Any]


class Codec(Generic[Row]):
    """The documents of one kind. Raises ``StoreError`` for an attribute whose type has no exact JSON form."""

    def __init__(self, kind: Kind[Row]) -> None:
        self._kind = kind
        self._classes = {each.__name__: each for each in (kind.row, *kind.variants)}
        self._revivers = {name: _revivers(kind.name, each) for name, each in self._classes.items()}
        self._names = sorted(scalars_of(kind))

    def key_of(self, row: Row) -> str:
        """A row's primary key; ``StoreError`` when the row is not of this kind."""
        if self._classes.get(type(row).__name__) is not type(row):
            allowed = ", ".join(sorted(self._classes))
            raise StoreError(f"{self._kind.name}: a {type(row).__name__} is no row of this kind (rows: {allowed})")
        key = getattr(row, self._kind.key)
        if type(key) is not str:
            raise StoreError(f"{self._kind.name}: {self._kind.key} is {key!r}, a primary key must be a string")
        check_kept(key)
        return key

    def cells(self, row: Row) -> dict[str, str]:
        """What queries can compare, the scalars, by attribute; raises ``QueryError``."""
        return {name: cell(getattr(row, name)) for name in self._names}

    def write(self, row: Row) -> str:
        """The document of a row; raises ``QueryError`` for a value that JSON does not have."""
        for field in fields(row):  # type: ignore[arg-type]
            value = getattr(row, field.name)
            if type(value) is float and not math.isfinite(value):
                raise QueryError(f"{self._kind.name}: {field.name} is {value!r}, which JSON does not have")
        try:
            return orjson.dumps(row, default=_written).decode()
        except TypeError as error:
            raise QueryError(f"{self._kind.name}: {row!r} cannot be kept: {error}") from None

    def read(self, variant: str, document: str) -> Row:
        """The row of a document; ``StoreError`` when it was written by a version with other classes or attributes."""
        content = orjson.loads(document)
        try:
            for name, revive in self._revivers[variant].items():
                content[name] = revive(content[name])
            return self._classes[variant](**content)
        except (KeyError, TypeError) as error:
            raise StoreError(f"{self._kind.name}: a stored {variant} does not fit this version: {error}") from error


def _written(value: object) -> Any:
    """What orjson does not know: mappings of other classes, and sets."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no JSON form of a {type(value).__name__}")


def _revivers(kind: str, row: type[Any]) -> dict[str, Revive]:
    """By attribute, how to make its value from JSON where that is not the JSON value itself."""
    found: dict[str, Revive] = {}
    for name, hint in get_type_hints(row).items():
        if name.startswith("_"):
            raise StoreError(f"{kind}: attribute {name!r} begins with an underscore and cannot be kept")
        revive = _reviver(f"{kind}: attribute {name!r}", hint)
        if revive is not None:
            found[name] = revive
    return found


def _reviver(what: str, hint: Any) -> Revive | None:
    origin, parts = get_origin(hint), get_args(hint)
    if hint in PLAIN or (origin in (Mapping, dict) and parts[0] is str and _reviver(what, parts[1]) is None):
        return None
    if origin in (Union, types.UnionType):
        return _optional(what, parts)
    if origin is tuple and len(parts) == 2 and parts[1] is ...:
        item = _reviver(what, parts[0])
        return tuple if item is None else lambda values: tuple(map(item, values))
    if origin is frozenset and _reviver(what, parts[0]) is None:
        return frozenset
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(what, hint)
    raise StoreError(f"{what} is a {hint}; kept are scalars, mappings by text, tuples, frozen sets and dataclasses")


def _optional(what: str, parts: tuple[Any, ...]) -> Revive | None:
    """A union: of plain types as it is, of one other type and ``None`` by that type."""
    revivers = [revive for revive in (_reviver(what, part) for part in parts) if revive is not None]
    if not revivers:
        return None
    if len(parts) == 2 and type(None) in parts:
        return lambda value: None if value is None else revivers[0](value)
    raise StoreError(f"{what} may be one of several classes, and JSON does not tell which")


def _dataclass(what: str, row: type[Any]) -> Revive:
    inner = _revivers(what, row)
    return lambda content: row(**{**content, **{name: revive(content[name]) for name, revive in inner.items()}})
