"""Entries kept in order, in chunks, so that a page and a change cost about the same among ten rows and a million.

Two things are put off or shared because most transactions never need them (docs/decisions/0002-memory-store.md): new
entries are sorted in at the next ordered read, and a copy shares every chunk until one side changes it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import Any

#: A sorted entry: rank and value of the order attribute (see ``sort_value``), then the row's primary key.
Entry = tuple[int, Any, str]

#: A chunk that grows beyond this many entries is cut in two.
CHUNK = 2048


class Chunk(list[Entry]):
    """A run of entries; only its owner may change it."""

    __slots__ = ("owner",)

    def __init__(self, entries: Iterable[Entry], owner: object) -> None:
        super().__init__(entries)
        self.owner = owner


class SortedEntries:
    """Distinct entries in ascending order. ``owner`` is who may change them; anyone else takes a copy."""

    __slots__ = ("_chunks", "_fresh", "_lasts", "_mine", "_settled", "_starts", "owner")

    def __init__(self, owner: object) -> None:
        self.owner = owner
        self._mine = object()
        self._chunks: list[Chunk] = []
        self._lasts: list[Entry] = []
        self._settled = 0
        self._starts: list[int] | None = None
        self._fresh: list[Entry] = []

    def copy(self, owner: object) -> SortedEntries:
        """The same entries for another owner."""
        twin = SortedEntries(owner)
        twin._chunks, twin._lasts, twin._fresh = self._chunks.copy(), self._lasts.copy(), self._fresh.copy()
        twin._settled = self._settled
        self._mine = object()
        return twin

    def __len__(self) -> int:
        return self._settled + len(self._fresh)

    def __iter__(self) -> Iterator[Entry]:
        """Every entry, in no order: nothing is sorted in for it."""
        return chain(*self._chunks, self._fresh)

    def add(self, entry: Entry) -> None:
        """Enter one entry."""
        self._fresh.append(entry)

    def remove(self, entry: Entry) -> None:
        """Take one entry out; it must be there."""
        self._settle()
        at = bisect_left(self._lasts, entry)
        chunk = self._own(at)
        del chunk[bisect_left(chunk, entry)]
        self._settled -= 1
        self._put(at, [chunk] if chunk else [])

    def before(self, entry: Entry) -> int:
        """How many entries come before this one, whether or not it is among them."""
        self._settle()
        at = bisect_left(self._lasts, entry)
        return self._start_of()[at] + (bisect_left(self._chunks[at], entry) if at < len(self._chunks) else 0)

    def upto(self, entry: Entry) -> int:
        """How many entries come before this one or are it."""
        self._settle()
        at = bisect_right(self._lasts, entry)
        return self._start_of()[at] + (bisect_right(self._chunks[at], entry) if at < len(self._chunks) else 0)

    def window(self, start: int, stop: int) -> list[Entry]:
        """Entries number ``start`` to ``stop``, at the same cost wherever they lie."""
        found: list[Entry] = []
        at, within = self._locate(start)
        while at < len(self._chunks) and len(found) < stop - start:
            found += self._chunks[at][within : within + stop - start - len(found)]
            at, within = at + 1, 0
        return found

    def ascending(self, start: int) -> Iterator[Entry]:
        """Entries from number ``start`` up."""
        at, within = self._locate(start)
        parts = [*(chunk[within:] for chunk in self._chunks[at : at + 1]), *self._chunks[at + 1 :]]
        return chain.from_iterable(parts)

    def descending(self, stop: int) -> Iterator[Entry]:
        """Entries from number ``stop - 1`` down."""
        at, within = self._locate(stop)
        parts = [*self._chunks[:at], *(chunk[:within] for chunk in self._chunks[at : at + 1])]
        return chain.from_iterable(map(reversed, reversed(parts)))

    def _locate(self, position: int) -> tuple[int, int]:
        """Chunk and place in it of an entry's number."""
        self._settle()
        starts = self._start_of()
        at = bisect_right(starts, position) - 1
        return at, position - starts[at]

    def _settle(self) -> None:
        """Sort the new entries in: one by one when they are few, all over again when they are many."""
        fresh = self._fresh
        if not fresh:
            return
        if len(fresh) * 8 > self._settled:
            entries = sorted(chain(*self._chunks, fresh))
            half = CHUNK // 2
            chunks = (entries[first : first + half] for first in range(0, len(entries), half))
            self._chunks = [Chunk(chunk, self._mine) for chunk in chunks]
            self._lasts = [chunk[-1] for chunk in self._chunks]
        else:
            for entry in fresh:
                self._insert(entry)
        self._settled += len(fresh)
        self._fresh, self._starts = [], None

    def _insert(self, entry: Entry) -> None:
        at = min(bisect_left(self._lasts, entry), len(self._lasts) - 1)
        chunk = self._own(at)
        chunk.insert(bisect_left(chunk, entry), entry)
        half = len(chunk) // 2
        halves = [chunk] if len(chunk) <= CHUNK else [Chunk(part, self._mine) for part in (chunk[:half], chunk[half:])]
        self._put(at, halves)

    def _own(self, at: int) -> Chunk:
        chunk = self._chunks[at]
        if chunk.owner is not self._mine:
            chunk = self._chunks[at] = Chunk(chunk, self._mine)
        return chunk

    def _put(self, at: int, chunks: list[Chunk]) -> None:
        """Chunks in the place of one."""
        self._chunks[at : at + 1] = chunks
        self._lasts[at : at + 1] = [chunk[-1] for chunk in chunks]
        self._starts = None

    def _start_of(self) -> list[int]:
        """Where each chunk starts, and behind the last one the number of all entries."""
        if self._starts is None:
            self._starts = [0, *accumulate(map(len, self._chunks))]
        return self._starts
