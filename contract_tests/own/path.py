"""Paths into JSON: ``$.result[*].name``, ``$['odd key'][0]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(
    r"""\.(?P<name>[\w-]+)|\[(?P<index>\d+)\]|\[(?P<every>\*)\]|\['(?P<quoted>[^']+)'\]|\["(?P<other>[^"]+)"\]"""
)


class PathError(ValueError):
    """A path that cannot be read."""


@dataclass(frozen=True)
class Path:
    """Steps into a value: a key, a position in a list, or ``None`` for every item of a list."""

    text: str
    steps: tuple[str | int | None, ...]

    def find(self, value: Any) -> list[tuple[str, Any]]:
        """What is there: JSON pointer and value."""
        return list(_find(value, self.steps, ""))


def path_of(text: str) -> Path:
    """The path a text stands for; raises ``PathError``."""
    steps: list[str | int | None] = []
    at = 1
    if not text.startswith("$"):
        raise PathError(f"{text!r} does not begin with $, as in $.result[*].name")
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise PathError(f"{text!r}: {text[at:]!r} is no step; known: .name, ['any name'], [0] and [*]")
        steps.append(_step(found))
        at = found.end()
    return Path(text, tuple(steps))


def _step(found: re.Match[str]) -> str | int | None:
    if found["every"]:
        return None
    return int(found["index"]) if found["index"] else found["name"] or found["quoted"] or found["other"]


def _find(value: Any, steps: tuple[str | int | None, ...], pointer: str) -> Iterator[tuple[str, Any]]:
    if not steps:
        yield pointer, value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and isinstance(value, dict) and step in value:
        yield from _find(value[step], rest, f"{pointer}/{step}")
    elif isinstance(value, list) and not isinstance(step, str):
        for number, item in enumerate(value):
            if step is None or step == number:
                yield from _find(item, rest, f"{pointer}/{number}")
