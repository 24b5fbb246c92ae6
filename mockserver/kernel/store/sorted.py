"""Entries kept in order, in chunks, so that adding one costs about the same among ten rows and among a million."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

#: A sorted entry: rank and value of the order attribute (see ``sort_value``), then the row's primary key.
Entry = tuple[int, Any, str]

#: A chunk that reaches this many entries is cut in two (measured: docs/decisions/0002-memory-store.md).
CHUNK = 1024


def _last(chunk: list[Entry]) -> Entry:
    return chunk[-1]


class SortedEntries:
    """Distinct entries in ascending order. ``owner`` is who may change them in place; anyone else takes a copy."""

    __slots__ = ("_chunks", "_starts", "owner")

    def __init__(self, owner: object, chunks: list[list[Entry]] | None = None) -> None:
        self.owner = owner
        self._chunks = chunks or [[]]
        self._starts: list[int] | None = None

    def copy(self, owner: object) -> SortedEntries:
        """The same entries for another owner."""
        return SortedEntries(owner, [chunk.copy() for chunk in self._chunks])

    def __len__(self) -> int:
        chunks = self._chunks
        return len(chunks[0]) if len(chunks) == 1 else self._positions()[-1]

    def add(self, entry: Entry) -> None:
        """Enter one entry."""
        at = min(self._chunk_of(bisect_left, entry), len(self._chunks) - 1)
        chunk = self._chunks[at]
        chunk.insert(bisect_left(chunk, entry), entry)
        self._starts = None
        if len(chunk) >= CHUNK:
            self._chunks.insert(at + 1, chunk[CHUNK // 2 :])
            del chunk[CHUNK // 2 :]

    def remove(self, entry: Entry) -> None:
        """Take one entry out; it must be there."""
        at = self._chunk_of(bisect_left, entry)
        chunk = self._chunks[at]
        del chunk[bisect_left(chunk, entry)]
        self._starts = None
        if not chunk and len(self._chunks) > 1:
            del self._chunks[at]

    def before(self, entry: Entry) -> int:
        """How many entries come before this one, whether or not it is among them."""
        return self._position(bisect_left, entry)

    def upto(self, entry: Entry) -> int:
        """How many entries come before this one or are it."""
        return self._position(bisect_right, entry)

    def window(self, start: int, stop: int) -> list[Entry]:
        """Entries number ``start`` to ``stop``, at the same cost wherever they lie."""
        at, within = self._locate(start)
        found = self._chunks[at][within : within + max(0, stop - start)]
        for chunk in self._chunks[at + 1 :]:
            missing = stop - start - len(found)
            if missing <= 0:
                break
            found += chunk[:missing]
        return found

    def ascending(self, start: int) -> Iterator[Entry]:
        """Entries from number ``start`` up."""
        at, within = self._locate(start)
        yield from self._chunks[at][within:]
        for chunk in self._chunks[at + 1 :]:
            yield from chunk

    def descending(self, stop: int) -> Iterator[Entry]:
        """Entries from number ``stop - 1`` down."""
        at, within = self._locate(stop)
        yield from reversed(self._chunks[at][:within])
        for chunk in reversed(self._chunks[:at]):
            yield from reversed(chunk)

    def _chunk_of(self, bisect: Callable[..., int], entry: Entry) -> int:
        return bisect(self._chunks, entry, key=_last) if len(self._chunks) > 1 else 0

    def _position(self, bisect: Callable[..., int], entry: Entry) -> int:
        at = self._chunk_of(bisect, entry)
        if at == len(self._chunks):
            return len(self)
        return (self._positions()[at] if at else 0) + bisect(self._chunks[at], entry)

    def _locate(self, position: int) -> tuple[int, int]:
        if len(self._chunks) == 1:
            return 0, position
        starts = self._positions()
        at = min(bisect_right(starts, position), len(self._chunks)) - 1
        return at, position - starts[at]

    def _positions(self) -> list[int]:
        """Where each chunk starts, and the number of all entries."""
        if self._starts is None:
            self._starts = [0, *accumulate(map(len, self._chunks))]
        return self._starts
