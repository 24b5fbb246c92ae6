"""The part of YAML that means the same to everyone: JSON's values, without anchors, aliases, tags or double keys.

Unquoted text is a number only in decimal notation, a flag only as ``true`` or ``false``; everything else is the text
that stands there (``2026-01-31``, ``no``, ``0049``, ``12:30`` and ``0x1F`` are strings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

#: Mappings and lists inside each other.
DEPTH_LIMIT = 64

WORDS: dict[str, Any] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")

END = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


class StrictYamlError(ValueError):
    """Text that is no YAML, or uses what is not allowed here; begins with line and column where they are known."""


def parse(text: str) -> Any:
    """The value a YAML document stands for, ``None`` when it is empty. Raises ``StrictYamlError``."""
    events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return _document(events)
    except yaml.MarkedYAMLError as error:
        if error.problem_mark is None:
            raise StrictYamlError(_in_one_line(error)) from error
        _refuse(error.problem_mark, error.problem or error.context or "no YAML")
    except yaml.YAMLError as error:
        raise StrictYamlError(_in_one_line(error)) from error


def _document(events: Iterator[Any]) -> Any:
    found: list[Any] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if found:
                _refuse(event.start_mark, "a second document begins; only one is allowed")
            found.append(_value(next(events), events, 1))
    return found[0] if found else None


def _value(event: Any, events: Iterator[Any], depth: int) -> Any:
    _check(event, depth)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(item, events, depth + 1) for item in _until_end(events)]
    mapping: dict[str, Any] = {}
    for item in _until_end(events):
        key = _key(item, mapping)
        mapping[key] = _value(next(events), events, depth + 1)
    return mapping


def _until_end(events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if isinstance(event, END):
            return
        yield event


def _key(event: Any, mapping: dict[str, Any]) -> str:
    _check(event, 0)
    if not isinstance(event, yaml.ScalarEvent):
        _refuse(event.start_mark, "a key is a list or a mapping; only text is allowed")
    key = str(event.value)
    if key in mapping:
        _refuse(event.start_mark, f"key {key!r} stands here a second time; put both parts together")
    return key


def _check(event: Any, depth: int) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        _refuse(event.start_mark, f"anchors and aliases are not allowed ({sign}{event.anchor}); write the value out")
    if event.tag is not None:
        _refuse(event.start_mark, f"tags are not allowed ({event.tag}); write plain values")
    if isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
        _refuse(event.start_mark, "NUL is not allowed in a text")
    if depth > DEPTH_LIMIT:
        _refuse(event.start_mark, f"more than {DEPTH_LIMIT} levels; at most {DEPTH_LIMIT} are allowed")


def _scalar(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def _refuse(mark: Any, message: str) -> NoReturn:
    raise StrictYamlError(f"line {mark.line + 1}, column {mark.column + 1}: {message}")


def _in_one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
