"""Routes of a promise: from a raw path to the operations that live there.

Literal segments beat placeholders, segment by segment with backtracking. Matching happens on the raw path, before
percent-decoding, so that an encoded slash stays inside its segment (`/Zone/10.0.0.0%2F24`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mockserver.kernel.operation import Operation


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    placeholder: _Node | None = None
    methods: dict[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A path that exists: its operations by method, and the raw values of its placeholders in order."""

    methods: dict[str, Operation]
    values: tuple[str, ...]


class Router:
    """All routes of one API. ``fold`` makes literal segments match without case, as ASP.NET Core does."""

    def __init__(self, operations: Iterable[Operation], *, fold: bool) -> None:
        self._root = _Node()
        self._fold = fold
        for operation in operations:
            self._add(operation)

    def match(self, path: str) -> Match | None:
        """The operations at a raw path; one trailing slash is ignored. ``None`` when there is no such path."""
        segments = path.split("/")[1:]
        if segments and not segments[-1]:
            segments.pop()
        found = self._walk(self._root, segments, 0, ())
        return Match(found[0].methods, found[1]) if found else None

    def _walk(
        self, node: _Node, segments: list[str], at: int, values: tuple[str, ...]
    ) -> tuple[_Node, tuple[str, ...]] | None:
        if at == len(segments):
            return (node, values) if node.methods else None
        segment = segments[at]
        literal = node.literals.get(segment.lower() if self._fold else segment)
        if literal is not None:
            found = self._walk(literal, segments, at + 1, values)
            if found:
                return found
        if node.placeholder is not None and segment:
            return self._walk(node.placeholder, segments, at + 1, (*values, segment))
        return None

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/")[1:]:
            if segment.startswith("{"):
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(segment.lower() if self._fold else segment, _Node())
        node.methods[operation.method] = operation
