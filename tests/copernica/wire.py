"""Requests for any operation, mostly right: Hypothesis strategies from the promise and from what the baseline has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from hypothesis import strategies as st

from mockserver.kernel.operation import Operation, Parameter
from tests.copernica.conftest import FIRST, SECOND

JSON, FORM = "application/json", "application/x-www-form-urlencoded"

#: Names of fields, interests and selections of the baseline, and texts that are odd or hard wherever they stand.
NAMES = ("Voornaam", "Leeftijd", "Email", "Klant_sinds", "Laatste bezoek", "Taal", "Bedrag", "espresso", "Apparaten")
WORDS = (
    *NAMES, "", "0", "1", "7", "-3", "1.5", "x", "a b", "voornaam", "2026-01-05", "2026-02-30", "2026-01-05 10:00:00",
    "id", "code", "modified", "random", "10%", "%_", "é" * 3, "日本", "\U0001f98a", "9" * 25, "1e400", "true", "no",
    "[]", "*a\nb", '["minus","2","month","month"]', "x" * 300,
)  # fmt: skip
ODD: tuple[Any, ...] = (None, True, False, 0, 1, -1, 2**62, 1.5, 1e300, [], {}, ["x"], {"a": ["b"]})

#: Values of path parameters that lead somewhere in the baseline; all others are small numbers.
PLACES: Mapping[str, tuple[str, ...]] = {
    "databaseId": ("1", "2", "3", "Geïnteresseerden", "Nobody", "999"),
    "type": ("Field", "field", "Change", "Interest", "Part", "MIME", "html", "1", "nonsense"),
    "email": ("zoe@koffie.example", "nobody@koffie.example", "x"),
    "filename": ("cdm-attempts.2025-11-06.log", "pom-attempts.2025-11-06.log", "nothing"),
    "date": ("2025-11-06", "2030-01-01", "2025-13-01"),
    "tags": ("welkom", "a;b", ";"),
}
NUMBERS = ("1", "2", "3", "4", "5", "7", "11", "999999", "01", "x", "1 ", "", "١")
FILTERS = (
    "Leeftijd>=18",
    "Voornaam=~Zo%",
    "id==1",
    "modified<2026",
    "Taal!=nl",
    "Voornaam~=x",
    "nothing==1",
    "code",
    "",
)


@dataclass(frozen=True, slots=True)
class Wire:
    """One request."""

    method: str
    target: str
    content_type: str | None
    body: bytes


def values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that fit a schema more often than not."""
    right = _right(schema)
    return st.one_of(right, right, right, st.sampled_from((*WORDS, *ODD)))


def _right(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return st.one_of([values(one) for one in schema[several]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        return _objects(schema)
    if kind == "array":
        return st.lists(values(schema.get("items", {})), max_size=3)
    plain: Mapping[Any, st.SearchStrategy[Any]] = {
        "boolean": st.sampled_from((True, False, 1, 0, "true", "0")),
        "integer": st.integers(0, 300),
        "number": st.floats(allow_nan=False, allow_infinity=False),
    }
    return plain.get(kind, st.sampled_from(WORDS))


def _objects(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties, needed = schema.get("properties", {}), schema.get("required", ())
    known = {name: values(inner) for name, inner in properties.items()}
    required = {name: known[name] for name in needed}
    optional = {name: inner for name, inner in known.items() if name not in needed}
    fixed = st.fixed_dictionaries(required, optional=optional)
    others = schema.get("additionalProperties")
    if not isinstance(others, Mapping):
        return fixed
    more = st.dictionaries(st.sampled_from(NAMES), values(others), max_size=4)
    return st.builds(lambda one, two: {**one, **two}, fixed, more)


@st.composite
def requests(draw: st.DrawFn, operation: Operation) -> Wire:
    """A request for an operation, now and then with another method, token or media type."""
    pairs = [("access_token", draw(st.sampled_from((FIRST,) * 8 + (SECOND, ""))))]
    for one in operation.parameters_in("query"):
        if draw(st.booleans()) or one.required:
            pairs += [(one.name, text) for text in draw(_texts(one))]
    path = operation.path
    for one in operation.parameters_in("path"):
        path = path.replace("{" + one.name + "}", quote(draw(st.sampled_from(PLACES.get(one.name, NUMBERS))), safe=""))
    base = draw(st.sampled_from(("/v1", "/v1", "/v1", "")))
    method = draw(st.sampled_from((operation.method,) * 6 + ("POST", "PUT", "PATCH")))
    content_type, body = draw(_bodies(operation))
    return Wire(method, f"{base}{path}?{urlencode(pairs)}", content_type, body)


def _texts(parameter: Parameter) -> st.SearchStrategy[list[str]]:
    if parameter.name == "fields[]":
        return st.lists(st.sampled_from(FILTERS), min_size=1, max_size=2)
    right = _right(parameter.schema).map(lambda value: str(value).lower() if isinstance(value, bool) else str(value))
    return st.lists(st.one_of(right, right, st.sampled_from(WORDS)), min_size=1, max_size=1)


@st.composite
def _bodies(draw: st.DrawFn, operation: Operation) -> tuple[str | None, bytes]:
    if operation.body is None:
        return draw(st.sampled_from(((None, b""), (None, b""), (JSON, b"[]"), (FORM, b"\xff"))))
    content_type, content = draw(st.sampled_from(sorted(operation.body["content"].items())))
    value = draw(values(content["schema"]))
    if content_type == JSON:
        return draw(st.sampled_from((JSON, JSON, JSON, FORM, None, "text/plain"))), orjson.dumps(value)
    return draw(st.sampled_from((FORM, FORM, FORM, JSON, None))), urlencode(list(_fields("", value))).encode()


def _fields(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value as fields of a form, with PHP's brackets."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _fields(f"{name}[{key}]" if name else str(key), inner)
    elif name:
        yield name, "" if value is None else value
