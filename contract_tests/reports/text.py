"""Hostile text made showable: visible control characters, readable bodies, bounded lengths."""

from __future__ import annotations

import re

import orjson

from contract_tests.masking import Mask

#: Characters of one text that are shown.
SHOWN = 4_000
#: Characters of one text that are looked at: what is hidden must be seen whole before it is cut.
READ = 4 * SHOWN

#: Control characters, characters that reorder or break lines, lone surrogates, and what XML cannot hold.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]"
)


def plain(text: str) -> str:
    """The text with unshowable characters as escapes such as ``\\x1b``; line feeds and tabs stay."""
    return _UNSHOWABLE.sub(_escape, text.replace("\r\n", "\n"))


def line(text: str) -> str:
    """The same on one line."""
    return plain(text).replace("\n", "\\n").replace("\t", "\\t")


def flowing(text: str) -> str:
    """Paragraphs without the line breaks their source text has."""
    return "\n\n".join(" ".join(one.split()) for one in text.split("\n\n"))


def cut(text: str, limit: int = READ) -> str:
    """At most ``limit`` characters, and how many are missing."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"


def body_text(body: bytes, mask: Mask) -> str:
    """A body to read: masked, JSON indented where that changes nothing else, cut."""
    head = body[: 4 * READ].decode("utf-8", "replace")[:READ]
    text = mask(head)
    if len(body) <= READ:
        text = _indented(text)
    shown = cut(plain(text), SHOWN)
    return f"{shown}\n({len(body)} bytes in all)" if len(body) > READ else shown


def _indented(text: str) -> str:
    """JSON with indentation, unless it says more than its values, such as a key that stands twice."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    again = orjson.dumps(value).decode()
    if re.sub(r"\s", "", again) != re.sub(r"\s", "", text):
        return text
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group(0))
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
