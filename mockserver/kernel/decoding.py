"""From bytes on the wire to named text values: percent-decoding that refuses what no server should guess at."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mockserver.kernel.errors import MalformedRequest

BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decode(raw: bytes, place: str) -> str:
    """Percent-decoded UTF-8 text. Raises ``MalformedRequest`` for broken escapes, broken UTF-8 and NUL."""
    if b"%" in raw:
        broken = BAD_ESCAPE.search(raw)
        if broken:
            shown = raw[broken.start() : broken.start() + 3].decode("latin-1")
            raise MalformedRequest(f"{place}: {shown!r} is no percent-encoding; write a literal percent sign as %25")
        raw = unquote_to_bytes(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = raw[error.start : error.end].hex()
        raise MalformedRequest(f"{place}: byte {bad} at position {error.start} is not UTF-8") from None
    if "\0" in text:
        raise MalformedRequest(f"{place}: NUL (%00) is not allowed")
    return text


def query_pairs(raw: bytes, place: str = "query") -> list[tuple[str, str]]:
    """The name and value pairs of a query string or a form, in order; a plus sign is a space."""
    if not raw:
        return []
    if b"%" not in raw and b"+" not in raw and raw.isascii() and b"\0" not in raw:
        return [_split(part) for part in raw.decode("ascii").split("&") if part]
    pairs = []
    for part in raw.replace(b"+", b" ").split(b"&"):
        if part:
            raw_name, _, value = part.partition(b"=")
            name = decode(raw_name, place)
            pairs.append((name, decode(value, f"{place}: {name[:80]}")))
    return pairs


def _split(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value
