"""What was asked and answered, per world: a bounded memory of the last exchanges, secrets masked when shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.kernel.operation import Operation

KEPT_ENTRIES = 2_000
KEPT_BYTES = 4_096
MASK = "***"


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange. ``query`` holds decoded pairs under their wire names; ``body`` the first bytes of the answer."""

    number: int
    api: str
    time: float
    method: str
    path: bytes
    query: tuple[tuple[str, str], ...]
    operation: Operation | None
    caller: str
    status: int
    body: bytes
    lane: bool

    def shown(self) -> dict[str, Any]:
        """The entry as JSON, with every secret parameter masked."""
        return {
            "number": self.number,
            "api": self.api,
            "time": self.time,
            "method": self.method,
            "path": self.path.decode("latin-1"),
            "query": self.masked_query(),
            "operation": self.operation.id if self.operation else None,
            "caller": self.caller,
            "status": self.status,
            "body": self.body.decode("utf-8", "replace"),
            "lane": self.lane,
        }

    def masked_query(self) -> dict[str, str]:
        """The query by name, secrets masked, whatever case their names came in."""
        parameters = self.operation.parameters if self.operation else ()
        secret = {parameter.name.lower() for parameter in parameters if parameter.secret}
        return {name: MASK if name.lower() in secret or _sounds_secret(name) else value for name, value in self.query}


class Journal:
    """The last exchanges of every world."""

    def __init__(self) -> None:
        self._worlds: dict[str, deque[Entry]] = {}
        self._numbers: dict[str, int] = {}

    def add(self, world: str, **fields: Any) -> None:
        """Write one exchange down."""
        entries = self._worlds.get(world)
        if entries is None:
            entries = self._worlds[world] = deque(maxlen=KEPT_ENTRIES)
        number = self._numbers[world] = self._numbers.get(world, 0) + 1
        entries.append(Entry(number=number, **fields))

    def entries(self, world: str) -> Iterator[Entry]:
        """Oldest first."""
        yield from tuple(self._worlds.get(world, ()))

    def forget(self, world: str) -> None:
        """Drop what a world's clients did."""
        self._worlds.pop(world, None)


def _sounds_secret(name: str) -> bool:
    folded = name.lower()
    return "password" in folded or "token" in folded or "secret" in folded
