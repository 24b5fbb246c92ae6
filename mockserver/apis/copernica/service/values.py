"""Values of fields: what becomes of whatever a client sends, by the type of the field (NORMALISING, VALUES-TEXT).

No value is refused. Every value is text in the end, in one spelling: equal numbers and moments are equal texts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime

from mockserver.apis.copernica.models.structure import (
    DATE,
    DATETIME,
    EMPTY_DATE,
    EMPTY_DATETIME,
    FLOAT,
    FOREIGN_KEY,
    INTEGER,
    SELECT,
    TEXT,
    Field,
)
from mockserver.kernel.store.query import LARGEST, SMALLEST

#: Types whose values are whole numbers, numbers, moments; all others are texts.
WHOLE_TYPES = (INTEGER, FOREIGN_KEY)
NUMBER_TYPES = (*WHOLE_TYPES, FLOAT)
DATE_TYPES, DATETIME_TYPES = (DATE, EMPTY_DATE), (DATETIME, EMPTY_DATETIME)
MOMENT_TYPES = (*DATE_TYPES, *DATETIME_TYPES)

#: What a date is that nobody gave.
NO_MOMENT = {DATE: "0000-00-00", DATETIME: "0000-00-00 00:00:00", EMPTY_DATE: "", EMPTY_DATETIME: ""}

MIDNIGHT = " 00:00:00"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")


def default(field: Field) -> str:
    """What a field holds when nothing is given for it."""
    if field.type in NO_MOMENT:
        return NO_MOMENT[field.type]
    if field.type == SELECT:
        return next((choice for choice, marked in _choices(field) if marked), first_choice(field))
    return "0" if field.type == FOREIGN_KEY else normalised(field, field.value)


def normalised(field: Field, given: object) -> str:
    """What a field holds when it is given a text, a number, a truth value or ``None``."""
    text = given if type(given) is str else spelled(given)
    reader = _READERS.get(field.type)
    return text if reader is None else reader(field, text)


def _text(field: Field, text: str) -> str:
    return text[: field.length]


def _number(field: Field, text: str) -> str:
    value = number(text)
    return "0" if value is None else _decimal(value) if field.type == FLOAT else _whole(value)


def _moment(field: Field, text: str) -> str:
    found = moment(text)
    return NO_MOMENT[field.type] if found is None else found[:10] if field.type in DATE_TYPES else found


def _choice(field: Field, text: str) -> str:
    return text if any(choice == text for choice, _ in _choices(field)) else ""


#: How texts are read by type; those of all others are values as they are.
_READERS: Mapping[str, Callable[[Field, str], str]] = {
    TEXT: _text,
    SELECT: _choice,
    **dict.fromkeys(NUMBER_TYPES, _number),
    **dict.fromkeys(MOMENT_TYPES, _moment),
}


def spelled(given: object) -> str:
    """A value as PHP writes it into text: true is 1, false and ``None`` are nothing."""
    if isinstance(given, str):
        return given
    if given is None or given is False:
        return ""
    return _decimal(given) if isinstance(given, float) else str(int(given))  # type: ignore[call-overload]


def number(text: str) -> int | float | None:
    """The number a text is, blanks around it aside; ``None`` for any other text."""
    text = text.strip(" \t\r\n")
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def moment(text: str) -> str | None:
    """The moment a text is, as ``YYYY-MM-DD hh:mm:ss``; a date alone is its midnight. ``None`` for any other text."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if len(text) > len("YYYY-MM-DD") else text + MIDNIGHT


def first_choice(field: Field) -> str:
    """The first choice of a select field; empty where there is none."""
    return next((choice for choice, _ in _choices(field)), "")


def _choices(field: Field) -> list[tuple[str, bool]]:
    """The choices of a select field, and whether each has the asterisk of the default."""
    lines = [line.removesuffix("\r") for line in field.value.split("\n")] if field.value else []
    return [(line.removeprefix("*").removesuffix("*"), "*" in (line[:1], line[-1:])) for line in lines]


def _whole(value: int | float) -> str:
    """A number without its fraction, in 64 bits: what is beyond them is the nearest one within."""
    return str(int(max(SMALLEST, min(LARGEST, value))))


def _decimal(value: int | float) -> str:
    """A number, finite, without zeros at its end."""
    largest = sys.float_info.max
    return repr(max(-largest, min(largest, float(value))) + 0.0).removesuffix(".0")
