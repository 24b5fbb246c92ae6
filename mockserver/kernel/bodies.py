"""Request bodies: from bytes of whatever media type to one value, held against the promise of its operation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.kernel.brackets import TooDeep, gathered
from mockserver.kernel.decoding import query_pairs
from mockserver.kernel.errors import BadInput, MalformedRequest
from mockserver.kernel.keys import Sorting, sorting
from mockserver.kernel.operation import PromiseError
from mockserver.kernel.schema import Schema
from mockserver.kernel.shaping import Shaping
from mockserver.kernel.texts import spellings, words_of

JSON, FORM = "application/json", "application/x-www-form-urlencoded"

#: How deep a body may nest unless its API says so, and how many values it may hold.
DEPTH_LIMIT = 64
VALUES_LIMIT = 10_000

Reader = Callable[[bytes, int], Any]


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: its value, the media type it came in, and what is said of keys that mean nothing."""

    value: Any
    media_type: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _How:
    """How bodies of one media type are read, and what they are held against."""

    read: Reader
    schema: Schema
    source: Mapping[str, Any]
    shaping: Shaping
    spellings: Mapping[tuple[str, ...], Mapping[str, str]]
    sort: Sorting | None


class BodyReader:
    """Reads the bodies of one operation: ``node`` is its ``requestBody``.

    Raises ``PromiseError`` for a media type that nobody here can read.
    """

    def __init__(self, node: Mapping[str, Any], conventions: Mapping[str, Any], *, case_free: Collection[str]) -> None:
        rules = conventions.get("bodies", {})
        self._required = node.get("required", False)
        self._brackets = rules.get("brackets", False)
        self._sorted = "unknown_keys" in rules
        self._depth = rules.get("max_depth", DEPTH_LIMIT)
        words = conventions.get("booleans", {}).get("body")
        self._words = None if words is None else words_of(words)
        self._digits = rules.get("numbers") == "digits"
        self._case_free = case_free
        self._taken = {media_type.lower(): self._how(media_type, one) for media_type, one in node["content"].items()}
        self._absent: str = rules.get("absent", next(iter(self._taken)))

    def read(self, content: bytes, header: bytes | None) -> Body | None:
        """The body that came under a Content-Type header, ``None`` for none; parameters of the type mean nothing.

        Raises ``MalformedRequest`` for what cannot be read, ``BadInput`` for what is not as promised.
        """
        if not content:
            if self._required:
                raise BadInput("request body: missing, and it is mandatory")
            return None
        # an empty header says no more than none, as in PHP
        media_type = (header or b"").partition(b";")[0].strip().lower().decode("latin-1") or self._absent
        if media_type not in self._taken:
            allowed = ", ".join(self._taken)
            raise MalformedRequest(f"request body: type {media_type[:80]!r} is not read here; allowed: {allowed}")
        how = self._taken[media_type]
        value = how.read(content, self._depth)
        for path, words in how.spellings.items():
            _respell(value, path, words)
        if not how.schema.is_valid(value):
            value = how.shaping.shaped(value, how.source)
            fault = how.schema.fault(value)
            if fault is not None:
                raise BadInput(f"request body: {fault}")
        if how.sort is None:
            return Body(value, media_type)
        value, unknown = how.sort(value, "request body")
        return Body(value, media_type, tuple(unknown))

    def _how(self, media_type: str, node: Mapping[str, Any]) -> _How:
        source = node.get("schema", {})
        form = media_type.lower() == FORM
        if not form and media_type.lower() != JSON and not media_type.lower().endswith("+json"):
            raise PromiseError(f"request bodies of type {media_type!r} are not understood")
        paths = [tuple(name.split(".")) for name in self._case_free]
        return _How(
            read=(nested_form if self._brackets else flat_form) if form else json_value,
            schema=Schema(source),
            source=source,
            shaping=Shaping(texts=form, arrays=self._brackets, words=self._words, digits=self._digits),
            spellings={path: _words_at(source, path) for path in paths},
            sort=sorting(source) if self._sorted else None,
        )


def _words_at(schema: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, str]:
    """The words of the enum at a path of keys, through lists, by their lower case; none where there is no enum."""
    for name in path:
        schema = schema.get("items", schema).get("properties", {}).get(name, {})
    return spellings(schema)


def _respell(value: Any, path: tuple[str, ...], words: Mapping[str, str]) -> None:
    """Give words at a path of keys, in all items of lists, the spelling of the document."""
    if isinstance(value, list):
        for inner in value:
            _respell(inner, path, words)
    elif isinstance(value, dict) and path[0] in value:
        inner = value[path[0]]
        if path[1:]:
            _respell(inner, path[1:], words)
        elif isinstance(inner, str):
            value[path[0]] = words.get(inner.lower(), inner)


def json_value(content: bytes, depth: int = DEPTH_LIMIT) -> Any:
    """The value of a JSON text: the last of equal keys counts. Raises ``MalformedRequest``."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(f"request body: no JSON: {error}") from None
    # what cannot be deep, large or hold a NUL is not walked through
    if content.count(b"[") + content.count(b"{") > depth or content.count(b",") >= VALUES_LIMIT:
        _check_size(value, depth)
    if b"\\u0000" in content:
        _refuse_nul(value, "")
    return value


def nested_form(content: bytes, depth: int = DEPTH_LIMIT) -> Any:
    """The value of a form whose names may have brackets; raises ``MalformedRequest``."""
    pairs = _pairs(content)
    try:
        return gathered(pairs, depth)
    except TooDeep as error:
        raise MalformedRequest(f"request body: {error}") from None


def flat_form(content: bytes, _: int = DEPTH_LIMIT) -> Any:
    """The fields of a form by name, a list for a repeated one; raises ``MalformedRequest``."""
    fields: dict[str, list[str]] = {}
    for name, text in _pairs(content):
        fields.setdefault(name, []).append(text)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in fields.items()}


def _pairs(content: bytes) -> list[tuple[str, str]]:
    if content.count(b"&") >= VALUES_LIMIT:
        raise MalformedRequest(f"request body: more than {VALUES_LIMIT} values")
    return query_pairs(content, "request body")


def _check_size(value: Any, depth: int) -> None:
    """Refuse what is too deep or too large, one level of lists and maps after the other."""
    level, count = [value], 0
    for _ in range(depth):
        members = [inner for one in level for _, inner in _members(one)]
        count += len(members)
        if count > VALUES_LIMIT:
            raise MalformedRequest(f"request body: more than {VALUES_LIMIT} values")
        level = [one for one in members if isinstance(one, dict | list)]
        if not level:
            return
    raise MalformedRequest(f"request body: more than {depth} levels")


def _refuse_nul(value: Any, place: str) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise MalformedRequest(f"{place or 'request body'}: NUL (\\u0000) is not allowed")
        return
    for key, inner in _members(value):
        within = f"{place}.{key}" if place else f"request body: {key}"
        if isinstance(key, str) and "\0" in key:
            raise MalformedRequest(f"request body: NUL (\\u0000) is not allowed in the name {key!r}")
        _refuse_nul(inner, within)


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
