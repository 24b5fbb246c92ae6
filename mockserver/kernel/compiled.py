"""An operation made ready to serve: parameter decoders and response schemas, compiled once at start-up."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockserver.kernel.names import folded
from mockserver.kernel.operation import Operation, Parameter, PromiseError
from mockserver.kernel.schema import Schema

INTEGER = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
BOOLEANS = {"true": True, "false": False}

#: What a type allows, in words.
ALLOWED = {
    "boolean": "true or false",
    "integer": "a whole number of at most 18 digits",
    "number": "a number",
    "array": "a list",
}
LIMITS = ("minimum", "maximum", "minLength", "maxLength", "pattern")
MASK = "***"


class Doubt(Exception):
    """The value is not right in every respect; the full stack shall word the answer."""


class Compiled:
    """One operation: what to decode, what to fill in, what an answer must look like.

    ``fold`` is whether query names match without case, ``fold_enums`` whether the words of an enum do. Raises
    ``PromiseError`` for a parameter whose type or place it does not know.
    """

    def __init__(self, operation: Operation, *, media_type: str, fold: bool, fold_enums: bool = False) -> None:
        for one in operation.parameters:
            if one.place not in ("path", "query"):
                raise PromiseError(f"{operation.id} {one.name}: parameters in {one.place!r} are not understood")
        self.operation = operation
        self.fold = fold
        self.path_names = tuple(re.findall(r"\{([^}]*)\}", operation.path))
        query = operation.parameters_in("query")
        self.names = {(folded(one.name) if fold else one.name): one for one in query}
        self.spellings = {one.name: _spellings(one) for one in query if fold_enums and "enum" in one.schema}
        self.decoders = {one.name: decoder(one) for one in operation.parameters}
        self.required = tuple(one.name for one in query if one.required)
        self.defaults = {one.name: one.default for one in query if one.default is not None}
        self.responses = dict(_response_schemas(operation, media_type))

    def settle(self, pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        """The query under its wire names, words of an enum in their own spelling.

        Unknown names are dropped, empty values too unless they mean something; of a repeated scalar the first counts.
        """
        settled: dict[str, list[str]] = {}
        for name, value in pairs:
            parameter = self.names.get(folded(name) if self.fold else name)
            if parameter is None or not (value or parameter.allow_empty):
                continue
            texts = settled.setdefault(parameter.name, [])
            if not texts or parameter.schema.get("type") == "array":
                texts.append(self.spellings.get(parameter.name, {}).get(value.lower(), value))
        return settled

    def arguments(self, path: Mapping[str, str], query: Mapping[str, list[str]]) -> dict[str, Any]:
        """Typed arguments under their wire names; raises ``Doubt`` for any value that is not plainly right."""
        decoders = self.decoders
        decoded = dict(self.defaults)
        for name, text in path.items():
            decoded[name] = decoders[name]([text])
        for name, texts in query.items():
            decoded[name] = decoders[name](texts)
        for name in self.required:
            if name not in decoded:
                raise Doubt(name)
        return decoded

    def refusal(self, path: Mapping[str, str], query: Mapping[str, list[str]]) -> str | None:
        """Why the arguments are not right: the first parameter that is not, its value and what is allowed."""
        for parameter in self.operation.parameters:
            texts = [path[parameter.name]] if parameter.place == "path" else query.get(parameter.name)
            if texts is None:
                if parameter.required and parameter.default is None:
                    return f"{parameter.name}: missing, and it is mandatory"
                continue
            try:
                self.decoders[parameter.name](texts)
            except Doubt as doubt:
                shown = MASK if parameter.secret else str(doubt)
                return f"{parameter.name}: {shown!r} is not allowed; {_allowed(parameter.schema)}"
        return None

    def fault(self, status: int, body: Any) -> str | None:
        """How an answer breaks the promise; ``None`` when it keeps it."""
        if status not in self.responses:
            return f"status {status} is not promised (promised: {sorted(self.responses)})"
        schema = self.responses[status]
        if schema is None or schema.is_valid(body):
            return None
        return schema.fault(body)


def _allowed(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"allowed: {', '.join(str(word) for word in schema['enum'])}"
    if "items" in schema:
        return f"in each place {_allowed(schema['items'])}"
    limits = [f"{key} {schema[key]}" for key in LIMITS if key in schema]
    allowed = ALLOWED.get(schema.get("type", ""), "text")
    return f"allowed: {allowed}{' with ' + ', '.join(limits) if limits else ''}"


def _spellings(parameter: Parameter) -> dict[str, str]:
    return {word.lower(): word for word in parameter.schema["enum"] if isinstance(word, str)}


def decoder(parameter: Parameter) -> Callable[[list[str]], Any]:
    """A function from the texts of one parameter (as many as were sent) to its value; it raises ``Doubt``."""
    schema = parameter.schema
    if schema.get("type") == "array":
        one = _scalar(parameter.name, schema.get("items", {}))
        return lambda texts: [one(text) for text in texts]
    scalar = _scalar(parameter.name, schema)
    return lambda texts: scalar(texts[0])


def _scalar(name: str, schema: Mapping[str, Any]) -> Callable[[str], Any]:
    kind = schema.get("type", "string")
    if kind not in ("string", "integer", "number", "boolean"):
        raise PromiseError(f"parameter {name}: type {kind!r} is not understood")
    if kind == "boolean":
        return _boolean
    constrained = any(key in schema for key in ("enum", "minimum", "maximum", "minLength", "maxLength", "pattern"))
    check = Schema(schema, formats=False).is_valid if constrained else None
    converters: dict[str, Callable[[str], Any]] = {"string": str, "integer": _integer, "number": _number}
    convert = converters[kind]
    return convert if check is None else _checked(convert, check)


def _checked(convert: Callable[[str], Any], check: Callable[[Any], bool]) -> Callable[[str], Any]:
    def checked(text: str) -> Any:
        value = convert(text)
        if not check(value):
            raise Doubt(text)
        return value

    return checked


def _boolean(text: str) -> bool:
    value = BOOLEANS.get(text.lower())
    if value is None:
        raise Doubt(text)
    return value


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise Doubt(text)
    return int(text)


def _number(text: str) -> float:
    value = float(text) if NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(value):
        raise Doubt(text)
    return value


def _response_schemas(operation: Operation, media_type: str) -> Iterable[tuple[int, Schema | None]]:
    for status, response in operation.responses.items():
        content = response.get("content", {}).get(media_type)
        yield status, Schema(content["schema"]) if content and "schema" in content else None
