"""Scalars as text whose plain order is the order of the query language: what SQL compares instead of the values.

``None`` is ``0``, a number ``1`` and 20 hexadecimal digits, a string ``2`` and itself. Compared by code point
(``BINARY`` on SQLite, ``COLLATE "C"`` on PostgreSQL) these texts stand as `sort_value` says, and none of them is NULL,
so every condition is met or not met.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import orjson

from mockserver.kernel.store.query import Scalar, check_kept

NUMBER, TEXT, BEHIND = "1", "2", "3"

#: Where the cells end that compare with one of this tag.
NEXT = {NUMBER: TEXT, TEXT: BEHIND}

#: Longer texts enter an index cut, with a digest behind: an index page holds no more.
LONGEST = 480

_NOTHING = "0"


def cell(value: Scalar) -> str:
    """A scalar as text in order; raises ``QueryError`` for what no store keeps."""
    check_kept(value)
    if isinstance(value, str):
        return TEXT + value
    if value is None:
        return _NOTHING
    return NUMBER + _digits(value)


def group(values: Sequence[Any]) -> str:
    """Several scalars as one text: equal exactly when all of them are equal."""
    return grouped([cell(value) for value in values])


def grouped(parts: list[str]) -> str:
    """As `group`, of cells."""
    text = orjson.dumps(parts).decode()
    return text if len(text) <= LONGEST else _digest(text)


def indexed(text: str) -> str:
    """A cell as it enters an index."""
    return text if len(text) <= LONGEST else text[:LONGEST] + _digest(text)


def _digits(value: float) -> str:
    """The next float that is not larger, as bits in order, then what is missing from it to a whole number."""
    near, rest = float(value) + 0.0, 0
    if isinstance(value, int):
        if int(near) > value:
            near = math.nextafter(near, -math.inf)
        rest = value - int(near)
    bits = int.from_bytes(struct.pack(">d", near))
    bits = bits ^ (2**64 - 1) if bits >> 63 else bits | 1 << 63
    return f"{bits:016x}{rest:04x}"


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
