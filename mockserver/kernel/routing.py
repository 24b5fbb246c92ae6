"""Routes of a promise: from method and raw path to the operation that lives there.

Literal segments beat placeholders, segment by segment with backtracking; a path that lacks the method is no match, so
`POST /Zones/All` is the zone named `All` where only `GET /Zones/All` is an operation. Matching happens on the raw path,
before percent-decoding, so that an encoded slash stays inside its segment (`/Zone/10.0.0.0%2F24`). Where two operations
share an address, their path values tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from mockserver.kernel.names import folded
from mockserver.kernel.operation import Operation, PromiseError
from mockserver.kernel.parameters import Converting
from mockserver.kernel.texts import Doubt

#: A raw path segment by segment: each as it came, and as a literal would be kept.
Way = list[tuple[str, str]]


class _Also:
    """An operation at the address of another: its own are the requests whose path values it allows."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        parameters = {one.name: one for one in operation.parameters_in("path")}
        places = [one[1:-1] for one in operation.path.split("/") if one.startswith("{")]
        self._decoders = [Converting().decoder(parameters[name]) for name in places]

    def takes(self, values: tuple[str, ...]) -> bool:
        """Whether raw path values are right for the operation."""
        try:
            for decoder, value in zip(self._decoders, values, strict=True):
                decoder([unquote(value)])
        except Doubt:
            return False
        return True


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    placeholder: _Node | None = None
    methods: dict[str, Operation] = field(default_factory=dict)
    also: dict[str, list[_Also]] = field(default_factory=dict)


class Match(NamedTuple):
    """An operation, and the raw values of its placeholders in the order of its path."""

    operation: Operation
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mirrors:
    """``methods`` that run each other's operation on a path which has only one of them, unless it is in ``differ``."""

    methods: tuple[str, ...] = ()
    differ: frozenset[str] = frozenset()

    def others(self, method: str) -> tuple[str, ...]:
        """The methods that a method stands for where it has no operation of its own."""
        return tuple(one for one in self.methods if one != method) if method in self.methods else ()

    def asked(self, operation: Operation) -> tuple[str, ...]:
        """The methods that run an operation."""
        if operation.method not in self.methods or operation.path in self.differ:
            return (operation.method,)
        return self.methods


class Router:
    """All routes of one API. ``fold`` makes literal segments match without case, as ASP.NET Core does.

    ``bases`` are the paths below which every route lies, ``aliases`` paths that lead to the operations of another path.
    Raises ``PromiseError`` for two operations that no request could tell apart, and for an alias of nothing.
    """

    def __init__(
        self,
        operations: Iterable[Operation],
        *,
        fold: bool,
        bases: Iterable[str] = ("/",),
        aliases: Mapping[str, str] | None = None,
        mirrors: Mirrors | None = None,
    ) -> None:
        self._root = _Node()
        self._fold = fold
        self._mirrors = mirrors or Mirrors()
        self._bases = [[literal for _, literal in self._way(base)] for base in bases]
        self._bare = self._bases == [[]]
        known = list(operations)
        for operation in known:
            self._add(operation, operation.path)
        for alias, path in (aliases or {}).items():
            meant = [one for one in known if one.path == path]
            if not meant:
                raise PromiseError(f"{alias} is another address of {path}, which has no operation")
            for operation in meant:
                self._add(operation, alias)

    @classmethod
    def of(cls, operations: Iterable[Operation], conventions: Mapping[str, Any]) -> Router:
        """The routes under the conventions of an API."""
        mirrors = conventions.get("mirrors", {})
        return cls(
            operations,
            fold=conventions["casing"]["routes"] == "insensitive",
            bases=conventions.get("base_paths", ("/",)),
            aliases=conventions.get("addresses", {}).get("aliases"),
            mirrors=Mirrors(tuple(mirrors.get("methods", ())), frozenset(mirrors.get("differ", ()))),
        )

    def match(self, method: str, path: str) -> Match | None:
        """The operation of a method at a raw path; one trailing slash is ignored. ``None`` when there is none."""
        way = self._way(path)
        if self._bare:
            return self._walk(self._root, way, 0, (), method) or self._mirrored(way, method)
        for within in self._within(way):
            found = self._walk(self._root, within, 0, (), method) or self._mirrored(within, method)
            if found is not None:
                return found
        return None

    def at(self, path: str) -> list[Operation]:
        """All operations at a raw path, whatever their method: none when there is no such path."""
        return [one for within in self._within(self._way(path)) for one in self._all(self._root, within)]

    def methods(self, operations: Iterable[Operation]) -> list[str]:
        """The methods that run one of some operations, sorted."""
        return sorted({method for operation in operations for method in self._mirrors.asked(operation)})

    def _mirrored(self, way: Way, method: str) -> Match | None:
        for other in self._mirrors.others(method):
            found = self._walk(self._root, way, 0, (), other)
            if found is not None and found.operation.path not in self._mirrors.differ:
                return found
        return None

    def _within(self, way: Way) -> Iterator[Way]:
        """What comes after each base path that a path lies below."""
        for literals in self._bases:
            if [literal for _, literal in way[: len(literals)]] == literals:
                yield way[len(literals) :]

    def _walk(self, node: _Node, way: Way, at: int, values: tuple[str, ...], method: str) -> Match | None:
        if at == len(way):
            operation = node.methods.get(method)
            if node.also:
                taking = (one.operation for one in node.also.get(method, ()) if one.takes(values))
                operation = next(taking, operation)
            return Match(operation, values) if operation else None
        segment, spelled = way[at]
        literal = node.literals.get(spelled)
        if literal is not None:
            found = self._walk(literal, way, at + 1, values, method)
            if found:
                return found
        if node.placeholder is not None and segment:
            return self._walk(node.placeholder, way, at + 1, (*values, segment), method)
        return None

    def _all(self, node: _Node, way: Way) -> Iterator[Operation]:
        if not way:
            yield from node.methods.values()
            yield from (one.operation for several in node.also.values() for one in several)
            return
        (segment, spelled), *rest = way
        literal = node.literals.get(spelled)
        if literal is not None:
            yield from self._all(literal, rest)
        if node.placeholder is not None and segment:
            yield from self._all(node.placeholder, rest)

    def _way(self, path: str) -> Way:
        segments = path.split("/")[1:]
        if segments and not segments[-1]:
            segments.pop()
        if path.isascii() and "%" not in path:  # no segment needs a look of its own
            literals = path.lower().split("/")[1:] if self._fold else segments
            return list(zip(segments, literals))  # noqa: B905 - a slash at the end is left out
        return [(segment, self._literal(segment)) for segment in segments]

    def _literal(self, segment: str) -> str:
        """A segment as literals are kept: `%41ll` is `All` (RFC 3986, 6.2.2.2), and so is `ALL` without case."""
        text = unquote(segment) if "%" in segment else segment
        return folded(text) if self._fold else text

    def _add(self, operation: Operation, path: str) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            if segment.startswith("{"):
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(self._literal(segment), _Node())
        if operation.also:
            node.also.setdefault(operation.method, []).append(_Also(operation))
            return
        other = node.methods.setdefault(operation.method, operation)
        if other is not operation:
            raise PromiseError(f"{operation.id} and {other.id} are both {operation.method} {operation.path}")
