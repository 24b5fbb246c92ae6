"""Texts on the wire as values: what is a number, what is true."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

INTEGER = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")

#: The words of a boolean where an API names none of its own; they are matched without case.
BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}

Convert = Callable[[str], Any]


class Doubt(Exception):
    """The value is not right in every respect; the full stack shall word the answer."""


def converter(kind: str, words: Mapping[Any, bool] | None = None) -> Convert | None:
    """A function from a text to a value of a JSON type, or ``None`` for a type no text has; it raises ``Doubt``.

    ``words`` are those for true and false, exactly as they are written.
    """
    readers: dict[str, Convert] = {
        "string": str,
        "integer": integer,
        "number": number,
        "boolean": boolean if words is None else lambda text: _word(text, words),
    }
    return readers.get(kind)


def integer(text: str) -> int:
    """Raises ``Doubt``."""
    if not INTEGER.fullmatch(text):
        raise Doubt(text)
    return int(text)


def number(text: str) -> float:
    """Raises ``Doubt``, also for what is no finite number."""
    value = float(text) if NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(value):
        raise Doubt(text)
    return value


def boolean(text: str) -> bool:
    """Raises ``Doubt``."""
    return _word(text.lower(), BOOLEANS)


def spellings(schema: Mapping[str, Any]) -> dict[str, str]:
    """The words of an enum by their lower case."""
    return {word.lower(): word for word in schema.get("enum", ()) if isinstance(word, str)}


def words_of(spelled: Mapping[str, list[Any]]) -> dict[Any, bool]:
    """Words and other values for true and false, as conventions list them under ``"true"`` and ``"false"``."""
    return {word: meaning == "true" for meaning, words in spelled.items() for word in words}


def _word(text: str, words: Mapping[Any, bool]) -> bool:
    value = words.get(text)
    if value is None:
        raise Doubt(text)
    return value
