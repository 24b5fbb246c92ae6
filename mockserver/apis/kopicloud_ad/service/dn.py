"""Distinguished names as text: reading and writing them by RFC 4514 (P5, P6)."""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.apis.kopicloud_ad.models import fold
from mockserver.kernel.errors import BadInput

#: Longest DN read, and longest value in it, in characters.
LONGEST, LONGEST_VALUE = 4096, 255

#: `LDAP://dc01:389/OU=Servers,…`: the docs paste such paths where a DN belongs.
ADS_PREFIX = re.compile(r"ldap://(?:[^/=,]*/)?", re.IGNORECASE)
TYPE = re.compile(r" *([A-Za-z][A-Za-z0-9-]*) *= *")
PIECE = re.compile(r"\\([0-9A-Fa-f]{2})|\\([ \",+;<>=#\\/])|([^\\,+;\"<>])")
SPECIAL = frozenset(',+"\\<>;=')

Rdn = tuple[str, str]


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Rdn, ...]:
    """The parts of a DN, leaf first: upper-case attribute type and unescaped value. Raises ``BadInput``."""
    if len(text) > LONGEST:
        raise BadInput(f"DN {text[:40]!r}… has {len(text)} characters; allowed: at most {LONGEST}", rule="P6")
    prefix = ADS_PREFIX.match(text)
    position = prefix.end() if prefix else 0
    parts: list[Rdn] = []
    while True:
        kind = TYPE.match(text, position)
        if kind is None:
            raise _malformed(text, position, "an attribute such as OU= or CN=")
        value, position = _value(text, kind.end())
        parts.append((kind[1].upper(), value))
        if position == len(text):
            return tuple(parts)
        position += 1


@lru_cache(maxsize=256)
def root_parts(domain: str) -> tuple[Rdn, ...]:
    """The parts of a domain's root DN, folded for comparison: ``kopicloud.local`` is ``DC=kopicloud,DC=local``."""
    return tuple(("DC", fold(label)) for label in domain.split("."))


@lru_cache(maxsize=256)
def root(domain: str) -> str:
    """The root DN of a domain."""
    return ",".join(f"DC={escape(label)}" for label in domain.split("."))


def escape(value: str) -> str:
    r"""A value as it stands in a DN: ``Smith, J`` becomes ``Smith\, J``."""
    if value.isalnum():
        return value
    parts = [_escaped(character) for character in value]
    if value[0] in " #":
        parts[0] = "\\" + value[0]
    if len(value) > 1 and value[-1] == " ":
        parts[-1] = "\\ "
    return "".join(parts)


def _escaped(character: str) -> str:
    if character in SPECIAL:
        return "\\" + character
    return f"\\{ord(character):02X}" if character < " " or character == "\x7f" else character


def _value(text: str, position: int) -> tuple[str, int]:
    """One unescaped value and where it ends: at the end of the text or at a comma."""
    if text[position : position + 1] == "#":
        raise _malformed(text, position, "text; a leading # is written \\#")
    content, kept = bytearray(), 0
    while position < len(text) and text[position] != ",":
        piece = PIECE.match(text, position)
        if piece is None:
            raise _malformed(text, position, "\\ before a special character")
        code, special, plain = piece.groups()
        content += bytes((int(code, 16),)) if code else (special or plain).encode()
        position = piece.end()
        kept = kept if plain == " " else len(content)
    return _decoded(text, bytes(content[:kept]), position), position


def _decoded(text: str, content: bytes, position: int) -> str:
    try:
        value = content.decode()
    except UnicodeDecodeError:
        raise _malformed(text, position, "UTF-8 behind \\") from None
    if not value or "\0" in value:
        raise _malformed(text, position, "a value")
    if len(value) > LONGEST_VALUE:
        raise BadInput(f"DN value {value[:40]!r}… has {len(value)} characters; at most {LONGEST_VALUE}", rule="P6")
    return value


def _malformed(text: str, position: int, wanted: str) -> BadInput:
    shown = text if len(text) <= 120 else text[:120] + "…"
    return BadInput(f"{shown!r} is no distinguished name: expected {wanted} at character {position + 1}", rule="P6")
