"""What a run has made and is about to make, written down and synced before it is sent."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson


class LedgerError(Exception):
    """A ledger file that cannot be written or read."""


@dataclass
class Entry:
    """One thing of the run: its resource and every value it is known by (fields and sent parameters)."""

    number: int
    resource: str
    values: dict[str, Any] = field(default_factory=dict)
    gone: bool = False


class Ledger:
    """The run's own things. Without a path (a target in this process dies with the run) nothing is written.

    ``telling`` are the keys and parameters whose value alone names a thing: ids and addresses, not a city or a flag.
    ``hidden`` are those whose values are written nowhere: passwords.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        tag: str,
        api: str,
        address: str = "",
        telling: frozenset[str] = frozenset(),
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.hidden = hidden
        self.path, self.tag, self.api, self.telling = path, tag, api, telling
        self.entries: list[Entry] = []
        self._file: IO[bytes] | None = None
        self._owned: Counter[str] = Counter()
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = path.open("ab")
            except OSError as error:
                raise LedgerError(f"{path}: {error.strerror or error}") from error
            self._write({"run": tag, "api": api, "target": address})

    def intend(self, resource: str, values: Mapping[str, Any]) -> Entry:
        """Something is about to be made, or to get a new name: written and on disk when this returns."""
        entry = Entry(len(self.entries), resource, dict(values))
        self.entries.append(entry)
        self._own(values)
        self._write({"intend": entry.number, "resource": resource, "values": self._shown(values)})
        return entry

    def know(self, entry: Entry, values: Mapping[str, Any]) -> None:
        """The target has told more about a thing, such as its id; also used before a change of name is sent."""
        entry.values.update(values)
        self._own(values)
        self._write({"know": entry.number, "values": self._shown(values)})

    def claim(self, value: str) -> None:
        """A made-up id that nothing in the world has: a request that names it reaches nobody's thing."""
        self._owned[value.lower()] += 1

    def disown(self, entry: Entry) -> None:
        """The target refused to make it: whatever has these values now is somebody else's, or was there before."""
        for value in self._telling(entry.values):
            self._owned[value] -= 1
        self.tell_gone(entry)

    def tell_gone(self, entry: Entry) -> None:
        """A thing of the run is no more. Its values stay the run's own: they are asked for again to see it gone."""
        entry.gone = True
        self._write({"gone": entry.number})

    def standing(self) -> Iterator[Entry]:
        """What is not known to be gone, youngest first: the order in which to remove."""
        return (one for one in reversed(self.entries) if not one.gone)

    def owns(self, value: str) -> bool:
        """Whether a value names something of the run: by the run's tag, or as one the ledger has written down."""
        return self.tag in value.lower() or self._owned[value.lower()] > 0

    def _own(self, values: Mapping[str, Any]) -> None:
        self._owned.update(self._telling(values))

    def _telling(self, values: Mapping[str, Any]) -> Iterator[str]:
        for name, value in values.items():
            if name in self.telling and isinstance(value, str) and value:
                yield value.lower()

    def _shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in self.hidden}

    def _write(self, record: Mapping[str, Any]) -> None:
        if self._file is None:
            return
        self._file.write(orjson.dumps(record, default=str) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_ledger(path: Path) -> Ledger:
    """A ledger left by an earlier run, the last line half written or not; raises ``LedgerError``."""
    try:
        lines = path.read_bytes().splitlines()
        head = orjson.loads(lines[0])
        ledger = Ledger(None, tag=head["run"], api=head["api"])
    except (OSError, IndexError, KeyError, orjson.JSONDecodeError) as error:
        raise LedgerError(f"{path}: not a ledger ({error})") from error
    for line in lines[1:]:
        try:
            _replay(ledger, orjson.loads(line))
        except orjson.JSONDecodeError:
            break
    return ledger


def _replay(ledger: Ledger, record: Mapping[str, Any]) -> None:
    if "intend" in record:
        ledger.intend(record["resource"], record["values"])
    elif "know" in record:
        ledger.know(ledger.entries[record["know"]], record["values"])
    elif "gone" in record:
        ledger.tell_gone(ledger.entries[record["gone"]])
