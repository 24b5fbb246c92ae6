"""A run in parts: which operations and resources are judged by which part is the same everywhere and always."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

MOST = 100


class ShardError(ValueError):
    """A shard that cannot be read."""


@dataclass(frozen=True)
class Shard:
    """Part ``number`` (from 1) of ``count``."""

    number: int = 1
    count: int = 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @property
    def whole(self) -> bool:
        return self.count == 1

    @property
    def salt(self) -> str:
        """What tells the names of this part's things from those of the others; empty for a whole run."""
        return "" if self.whole else str(self)

    def own(self, names: Iterable[str]) -> set[str]:
        """Which of all names belong to this part: dealt in turns, in the order of their hashes."""
        return set(sorted(set(names), key=_digest)[self.number - 1 :: self.count])


WHOLE = Shard()


def shard_of(text: str) -> Shard:
    """The shard named by a text such as ``2/3``; raises ``ShardError``."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text, re.ASCII)
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count <= MOST:
        raise ShardError(f"{text!r} is no shard such as 2/3: the second of three, of {MOST} at most")
    return Shard(number, count)


def _digest(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=8).digest()
