"""Parameters: from the texts of one to its value, and what it allows, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.kernel.operation import Parameter, PromiseError
from mockserver.kernel.schema import Schema
from mockserver.kernel.texts import Convert, Doubt, converter

#: What a type allows, in words.
ALLOWED = {
    "boolean": "true or false",
    "integer": "a whole number of at most 18 digits",
    "number": "a number",
    "array": "a list",
}
LIMITS = ("minimum", "maximum", "minLength", "maxLength", "pattern")


class Converting:
    """Makes decoders of parameters; ``words`` are those for true and false."""

    def __init__(self, words: Mapping[Any, bool] | None = None) -> None:
        self._words = words

    def decoder(self, parameter: Parameter) -> Callable[[list[str]], Any]:
        """A function from the texts of one parameter (as many as were sent) to its value; it raises ``Doubt``."""
        schema = parameter.schema
        if schema.get("type") == "array":
            one = self.scalar(parameter.name, schema.get("items", {}))
            return lambda texts: [one(text) for text in texts]
        scalar = self.scalar(parameter.name, schema)
        return lambda texts: scalar(texts[0])

    def scalar(self, name: str, schema: Mapping[str, Any]) -> Convert:
        """A function from one text to a value; it raises ``Doubt``. ``PromiseError`` for a type no text has."""
        kind = schema.get("type", "string")
        convert = converter(kind, self._words)
        if convert is None:
            raise PromiseError(f"parameter {name}: type {kind!r} is not understood")
        constrained = kind != "boolean" and any(key in schema for key in ("enum", *LIMITS))
        return _checked(convert, Schema(schema, formats=False).is_valid) if constrained else convert


def _checked(convert: Convert, check: Callable[[Any], bool]) -> Convert:
    def checked(text: str) -> Any:
        value = convert(text)
        if not check(value):
            raise Doubt(text)
        return value

    return checked


def allowed(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, in words."""
    if "enum" in schema:
        return f"allowed: {', '.join(str(word) for word in schema['enum'])}"
    if "items" in schema:
        return f"in each place {allowed(schema['items'])}"
    limits = [f"{key} {schema[key]}" for key in LIMITS if key in schema]
    kind = ALLOWED.get(schema.get("type", ""), "text")
    return f"allowed: {kind}{' with ' + ', '.join(limits) if limits else ''}"
