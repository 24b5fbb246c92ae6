"""What was asked and answered, per world: a bounded memory of the last exchanges, secrets masked when shown."""

from __future__ import annotations

import re
from base64 import b64decode
from collections import deque
from collections.abc import Awaitable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from mockserver.kernel.operation import Operation

KEPT_ENTRIES = 2_000
KEPT_BYTES = 4_096
MASK = "***"

#: A credential as headers carry it, wherever it stands: ``Bearer eyJhbGciOi…``, ``Basic%20YW5uOnNlY3JldA==``.
CREDENTIAL = re.compile(r"\b(bearer|basic)((?:\s|%20|\+)+)([A-Za-z0-9._~+/=%-]{4,})", re.IGNORECASE)

#: A secret member of a JSON object, complete or cut off: ``"access_token":"0123…"``.
MEMBER = re.compile(r'("[A-Za-z_-]*(?:token|secret|password)"\s*:\s*")((?:[^"\\]|\\.)+)', re.IGNORECASE)

#: What stands in every text that one of the two finds something in.
SCHEMES, MEMBERS = ("bearer", "basic"), ('token"', 'secret"', 'password"')

#: A word after `Bearer` that is shorter is no token but prose (``Bearer of news``).
SHORTEST_TOKEN = 16


class Entry(NamedTuple):
    """One exchange. ``query`` holds decoded pairs under their wire names; ``body`` the first bytes of the answer.

    The journal numbers what it shows.
    """

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
    number: int = 0

    def shown(self) -> dict[str, Any]:
        """The entry as JSON, with every secret parameter and every credential masked."""
        return {
            "number": self.number,
            "api": self.api,
            "time": self.time,
            "method": self.method,
            "path": masked(self.path.decode("latin-1")),
            "query": self.masked_query(),
            "operation": self.operation.id if self.operation else None,
            "caller": self.caller,
            "status": self.status,
            "body": masked(self.body.decode("utf-8", "replace")),
            "lane": self.lane,
        }

    def masked_query(self) -> dict[str, str]:
        """The query by name, secrets masked, whatever case their names came in."""
        parameters = self.operation.parameters if self.operation else ()
        secret = {parameter.name.lower() for parameter in parameters if parameter.secret}
        return {
            name: MASK if name.lower() in secret or _sounds_secret(name) else masked(value)
            for name, value in self.query
        }


class Journal:
    """The last exchanges of every world. ``waits``: what is added is not there to be read at once."""

    waits = False

    def __init__(self) -> None:
        self._worlds: dict[str, deque[Entry]] = {}
        self._numbers: dict[str, int] = {}

    def add(self, world: str, entry: Entry) -> Awaitable[None] | None:
        """Write one exchange down. What is returned, if anything, is to be awaited until it is there to be read."""
        entries = self._worlds.get(world)
        if entries is None:
            entries = self._worlds[world] = deque(maxlen=KEPT_ENTRIES)
        self._numbers[world] = self._numbers.get(world, 0) + 1
        entries.append(entry)
        return None

    def entries(self, world: str) -> Iterator[Entry]:
        """Oldest first."""
        entries = tuple(self._worlds.get(world, ()))
        first = self._numbers.get(world, 0) - len(entries) + 1
        yield from (entry._replace(number=number) for number, entry in enumerate(entries, first))

    def forget(self, world: str) -> None:
        """Drop what a world's clients did; numbers begin at 1 again."""
        self._worlds.pop(world, None)
        self._numbers.pop(world, None)

    def close(self) -> None:
        """Nothing to close."""


def masked(text: str) -> str:
    """A text without the credentials in it."""
    # nearly every text has none, and a search for fixed words is many times faster than an expression
    folded = text.casefold()
    if any(word in folded for word in SCHEMES):
        text = CREDENTIAL.sub(_hidden, text)
    if any(word in folded for word in MEMBERS):
        text = MEMBER.sub(rf"\g<1>{MASK}", text)
    return text


def _hidden(found: re.Match[str]) -> str:
    scheme, space, value = found.groups()
    secret = len(value) >= SHORTEST_TOKEN if scheme.lower() == "bearer" else _is_pair(unquote(value))
    return f"{scheme}{space}{MASK}" if secret else found[0]


def _is_pair(value: str) -> bool:
    """Whether a text is the base64 of a user and a password."""
    try:
        return b":" in b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        return False


def _sounds_secret(name: str) -> bool:
    folded = name.lower()
    return "password" in folded or "token" in folded or "secret" in folded
