"""Routes of a promise: from method and raw path to the operation that lives there.

Literal segments beat placeholders, segment by segment with backtracking; a path that lacks the method is no match, so
`POST /Zones/All` is the zone named `All` where only `GET /Zones/All` is an operation. Matching happens on the raw path,
before percent-decoding, so that an encoded slash stays inside its segment (`/Zone/10.0.0.0%2F24`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from mockserver.kernel.names import folded
from mockserver.kernel.operation import Operation, PromiseError


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    placeholder: _Node | None = None
    methods: dict[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """An operation, and the raw values of its placeholders in the order of its path."""

    operation: Operation
    values: tuple[str, ...]


class Router:
    """All routes of one API. ``fold`` makes literal segments match without case, as ASP.NET Core does.

    Raises ``PromiseError`` for two operations that no request could tell apart.
    """

    def __init__(self, operations: Iterable[Operation], *, fold: bool) -> None:
        self._root = _Node()
        self._fold = fold
        for operation in operations:
            self._add(operation)

    def match(self, method: str, path: str) -> Match | None:
        """The operation of a method at a raw path; one trailing slash is ignored. ``None`` when there is none."""
        return self._walk(self._root, _segments(path), 0, (), method)

    def at(self, path: str) -> list[Operation]:
        """All operations at a raw path, whatever their method: none when there is no such path."""
        return list(self._all(self._root, _segments(path)))

    def _walk(self, node: _Node, segments: list[str], at: int, values: tuple[str, ...], method: str) -> Match | None:
        if at == len(segments):
            operation = node.methods.get(method)
            return Match(operation, values) if operation else None
        segment = segments[at]
        literal = node.literals.get(self._literal(segment))
        if literal is not None:
            found = self._walk(literal, segments, at + 1, values, method)
            if found:
                return found
        if node.placeholder is not None and segment:
            return self._walk(node.placeholder, segments, at + 1, (*values, segment), method)
        return None

    def _all(self, node: _Node, segments: list[str]) -> Iterator[Operation]:
        if not segments:
            yield from node.methods.values()
            return
        segment, *rest = segments
        literal = node.literals.get(self._literal(segment))
        if literal is not None:
            yield from self._all(literal, rest)
        if node.placeholder is not None and segment:
            yield from self._all(node.placeholder, rest)

    def _literal(self, segment: str) -> str:
        """A segment as literals are kept: `%41ll` is `All` (RFC 3986, 6.2.2.2), and so is `ALL` without case."""
        text = unquote(segment) if "%" in segment else segment
        return folded(text) if self._fold else text

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/")[1:]:
            if segment.startswith("{"):
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(self._literal(segment), _Node())
        other = node.methods.setdefault(operation.method, operation)
        if other is not operation:
            raise PromiseError(f"{operation.id} and {other.id} are both {operation.method} {operation.path}")


def _segments(path: str) -> list[str]:
    segments = path.split("/")[1:]
    if segments and not segments[-1]:
        segments.pop()
    return segments
