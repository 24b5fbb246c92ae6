"""The language of `fields[]`: conditions on profiles or subprofiles, each a name, an operator and a value.

A filter is compiled to one test of the text that a row has for its name, and keeps rows of a list in one pass. What is
no number equals no number, and is neither less nor greater than one; the same holds for moments. An empty moment equals
an empty value only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter, not_
from typing import Any, TypeVar

from mockserver.apis.copernica.models.people import Profile, Subprofile
from mockserver.apis.copernica.models.structure import DATETIME, INTEGER, TEXT
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.service.values import (
    DATE_TYPES,
    MIDNIGHT,
    MOMENT_TYPES,
    NUMBER_TYPES,
    WHOLE_TYPES,
    default,
    moment,
    number,
)
from mockserver.kernel.errors import BadInput
from mockserver.kernel.names import nearest
from mockserver.kernel.store.query import like_pattern

Row = TypeVar("Row", Profile, Subprofile)
Test = Callable[[Any], object]

#: The zero date as filters may write it.
ZERO = {"0000-00-00": "0000-00-00 00:00:00", "0000-00-00 00:00:00": "0000-00-00 00:00:00"}

#: Longest first: of two operators at one place the longer one is meant.
OPERATORS = ("==", "!=", "<>", "<=", ">=", "=~", "!~", "<", ">")
_OPERATOR = re.compile("|".join(OPERATORS))

_EQUAL, _LIKE = "==", "=~"

#: Operators that keep what others do not.
_OPPOSITES = {"!=": _EQUAL, "<>": _EQUAL, "!~": _LIKE}


@dataclass(frozen=True, slots=True)
class Column:
    """What rows have under one name: values of a field, or something every row has. ``type`` is as of a field."""

    type: str
    key: str
    default: str = ""
    own: bool = False

    def texts(self, rows: Iterable[Profile | Subprofile]) -> Iterable[str]:
        """What each of some rows has."""
        if self.own:
            return map(attrgetter(self.key), rows)
        key, otherwise = self.key, self.default
        return [row.values.get(key, otherwise) for row in rows]


#: Names that are no fields; a field of the same name hides one (FILTER-NAMES).
SPECIAL: Mapping[str, Column] = {
    "id": Column(INTEGER, "id", own=True),
    "code": Column(TEXT, "secret", own=True),
    "modified": Column(DATETIME, "modified", own=True),
}


class Filter:
    """One condition; raises ``BadInput`` for one that is not understood."""

    def __init__(self, text: str, layout: Layout) -> None:
        name, operator, value = parsed(text)
        self._column = column(name, layout)
        self._opposite = operator in _OPPOSITES
        self._read, self._test = _asked(self._column.type, _OPPOSITES.get(operator, operator), value)

    def keep(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that meet it. Each step goes through all of them: what is done for one row alone costs most."""
        texts = self._column.texts(rows)
        met = map(self._test, texts if self._read is None else map(self._read, texts))
        return list(compress(rows, map(not_, met) if self._opposite else met))


def kept(rows: Sequence[Row], filters: Sequence[Filter]) -> Sequence[Row]:
    """The rows that meet all filters, in the order they had."""
    for one in filters:
        rows = one.keep(rows)
    return rows


def parsed(text: str) -> tuple[str, str, str]:
    """Name, operator and value; raises ``BadInput``."""
    found = _OPERATOR.search(text)
    if found is None:
        raise BadInput(f"fields: {text[:80]!r} has no operator; allowed: {' '.join(OPERATORS)}", rule="FILTER-OPERATOR")
    return text[: found.start()], found.group(), text[found.end() :]


def column(name: str, layout: Layout) -> Column:
    """What a name means here; raises ``BadInput``."""
    field = layout.named.get(name)
    if field is not None:
        return Column(field.type, field.id, default(field))
    if name not in SPECIAL:
        known = (*layout.named, *SPECIAL)
        raise BadInput(f"fields: there is no field {name[:80]!r}{nearest(name[:80], known)}", rule="FILTER-NAMES")
    return SPECIAL[name]


def compared(kind: str, operator: str, value: str) -> Callable[[str], object]:
    """Whether a text is equal to a value, less or greater, by the type of its field."""
    read, test = _asked(kind, operator, value)
    return test if read is None else lambda text: test(read(text))


def _asked(kind: str, operator: str, value: str) -> tuple[Callable[[str], Any] | None, Test]:
    """How texts are read, if at all, and what is asked of what was read."""
    if operator == _LIKE:
        return None, _like(value)
    if kind in NUMBER_TYPES:
        return _numbers(kind, operator, value)
    return None, _moments(kind, operator, value) if kind in MOMENT_TYPES else _relation(operator, value)


def _relation(operator: str, value: Any) -> Test:
    """Whether something, of the type of a value, stands in a relation to it."""
    mirrored: Mapping[str, Test] = {
        "==": value.__eq__,
        "<": value.__gt__,
        "<=": value.__ge__,
        ">": value.__lt__,
        ">=": value.__le__,
    }
    return mirrored[operator]


def _numbers(kind: str, operator: str, value: str) -> tuple[Callable[[str], float] | None, Test]:
    wanted = number(value)
    if wanted is None:
        return None, _never
    if kind in WHOLE_TYPES:
        return int, _relation(operator, int(wanted) if float(wanted).is_integer() else wanted)
    return float, _relation(operator, float(wanted))


def _moments(kind: str, operator: str, value: str) -> Test:
    """Moments as texts have their order: a date is less than each moment of its day but for midnight, and that it is.

    The zero date comes before all others.
    """
    wanted = ZERO.get(value) or moment(value)
    if operator == _EQUAL and not value:
        return "".__eq__
    if wanted is None:
        return _never
    test = _relation(operator, wanted.removesuffix(MIDNIGHT) if kind in DATE_TYPES else wanted)
    return (lambda text: text != "" and test(text)) if operator in ("<", "<=") else test


def _never(_: object) -> bool:
    return False


def _like(pattern: str) -> Test:
    """Whether a text matches a pattern: ``%`` is any run, ``_`` any one character, and nothing else is special."""
    inner = pattern.strip("%")
    if "%" not in inner and "_" not in inner:
        ends = (pattern.startswith("%"), pattern.endswith("%"))
        if ends == (True, True):
            return lambda text: inner in text
        if ends == (False, False):
            return inner.__eq__
        return (lambda text: text.endswith(inner)) if ends[0] else (lambda text: text.startswith(inner))
    return like_pattern(pattern.replace("\\", "\\\\")).fullmatch
