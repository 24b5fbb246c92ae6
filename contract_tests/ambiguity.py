"""What a server might make of a request: the guard judges every reading of it, not only the one that was meant."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from contract_tests.exchange import Request

Pairs = list[tuple[str, str]]

#: Headers and parameters by which some servers take one method for another.
OVERRIDES = ("xhttpmethodoverride", "xhttpmethod", "xmethodoverride", "method", "httpmethod")
#: Signs of ASCII that a name of the run may hold; any other means something to some path, filter or query.
NAME_SIGNS = frozenset(" -_.$")
#: The same in a distinguished name, beside its own commas, equals signs and backslashes.
DN_SIGNS = frozenset(" -_.\\,@$'")
_COMMA = re.compile(r"(?<!\\),")
_DN_PART = re.compile(r"\s*[a-z][a-z0-9-]*\s*=\s*(.*)", re.DOTALL)
_COMPONENT = re.compile(r"[.\[\]:/]+")


def objection_to_method(request: Request) -> str | None:
    """Why a request might be taken for one of another method."""
    names = [name for name, _ in request.headers] + [
        name for name, _ in parse_qsl(query_of(request), keep_blank_values=True)
    ]
    for name in names:
        if (name.startswith("_") or name.lower().startswith("x-")) and letters(name) in OVERRIDES:
            return f"{name} may stand for another method"
    return None


def objection_to_target(target: str) -> str | None:
    """Why a path might lead somewhere else than it seems to; ``None`` for one that all servers read alike."""
    if not target.startswith("/") or target.startswith("//"):
        return "the target is no plain path"
    if any(not "!" <= char <= "~" or char in "#\\" for char in target):
        return "the target has signs that servers read differently"
    path = target.partition("?")[0]
    segments = path[1:].removesuffix("/").split("/")
    return next((reason for one in segments if (reason := _objection_to_segment(one))), None)


@lru_cache(maxsize=8192)
def _objection_to_segment(raw: str) -> str | None:
    once = unquote(raw)
    if unquote(once) != once:
        return "a part of the path is encoded twice"
    text = unicodedata.normalize("NFKC", once)
    parts = re.split(r"[/\\]", text)
    if any(part.strip(" ") in ("", ".", "..") for part in parts):
        return "a part of the path may lead elsewhere"
    if not _plain(text):
        return "a part of the path has signs that servers read differently"
    return None


def query_of(request: Request) -> str:
    """The query of a request, as sent."""
    return request.target.partition("?")[2]


def pairs_of(request: Request) -> Pairs | None:
    """Every name with every value a server may read from query and body; ``None`` for a body nobody can read here."""
    pairs = _form_pairs(query_of(request))
    if not request.body:
        return pairs
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        return None
    try:
        tree = json.loads(text, object_pairs_hook=_Members)
    except (ValueError, RecursionError):
        return pairs + _form_pairs(text) if _is_form(request) else None
    # as JSON, and as the form that the very same text would be
    return [*pairs, *_json_pairs(tree, ()), *(_form_pairs(text) if _is_form(request) else [])]


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object, a repeated key as often as it stands there."""


def _json_pairs(value: Any, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, _Members):
        for name, inner in value:
            yield from _json_pairs(inner, (*names, name))
    elif isinstance(value, list):
        for inner in value:
            yield from _json_pairs(inner, names)
    else:
        yield from ((name, "" if value is None else str(value)) for name in names)


def _form_pairs(text: str) -> Pairs:
    """The pairs of a query or form, for servers that part them at ``&``, and for those that also do at ``;``."""
    pairs = parse_qsl(text, keep_blank_values=True)
    return pairs + parse_qsl(text.replace(";", "&"), keep_blank_values=True) if ";" in text else pairs


def _is_form(request: Request) -> bool:
    kinds = [value for name, value in request.headers if name.lower() == "content-type"]
    return not kinds or any("form-urlencoded" in kind.lower() for kind in kinds)


@lru_cache(maxsize=8192)
def spellings(name: str) -> frozenset[str]:
    """What a name may be bound to, without case and signs: itself, and each part of ``a[name]`` or ``a.name``."""
    texts = [name, unquote(name)]
    return frozenset(letters(part) for text in texts for part in (text, *_COMPONENT.split(text))) - {""}


@lru_cache(maxsize=8192)
def letters(name: str) -> str:
    """A name without case, and without all that is no letter or figure."""
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())


def begins(tag: str, value: str) -> bool:
    """Whether a new name is one of the run, whatever stands behind the tag."""
    return _plain(value) and unicodedata.normalize("NFKC", value).casefold().startswith(tag)


def carries(tag: str, value: str) -> bool:
    """Whether a value names something that only a run with this tag makes: the tag comes first, no sign means anything.

    Of a distinguished name any part may be the run's: what lies inside its container is the run's too.
    """
    text = unicodedata.normalize("NFKC", value).casefold()
    parts = [_DN_PART.fullmatch(part) for part in _COMMA.split(text)]
    values = [part.group(1) for part in parts if part]
    if len(values) == len(parts):
        return any(one.startswith(tag) for one in values) and all(_signs(one, DN_SIGNS) for one in values)
    return text.startswith(tag) and _signs(text, NAME_SIGNS)


def _signs(text: str, allowed: frozenset[str]) -> bool:
    return _plain(text) and all(char.isalnum() or char in allowed or ord(char) > 0x7F for char in text)


def _plain(text: str) -> bool:
    """No control or format characters, and nothing that could not be decoded."""
    return "\ufffd" not in text and not any(unicodedata.category(char).startswith("C") for char in text)
