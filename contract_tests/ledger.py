"""What a run has made and is about to make, written down before it is sent, and synced where it would outlast it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson

from contract_tests.ambiguity import begins, carries


class LedgerError(Exception):
    """A ledger file that cannot be written or read."""


@dataclass
class Entry:
    """One thing of the run: its resource and every value it is known by (fields and sent parameters).

    ``past`` has the texts each of them had, oldest first: what a killed run was about to change may be either.
    """

    number: int
    resource: str
    values: dict[str, Any] = field(default_factory=dict)
    gone: bool = False
    past: dict[str, list[str]] = field(default_factory=dict)

    def take(self, values: Mapping[str, Any]) -> None:
        """Know more of it."""
        self.values.update(values)
        for name, value in values.items():
            if isinstance(value, str) and value and value not in self.past.setdefault(name, []):
                self.past[name].append(value)


class Ledger:
    """The run's own things. Without a path (a target in this process dies with the run) nothing is written.

    ``telling`` are, by resource, the keys and parameters whose value alone names a thing of it: ids and addresses, not
    a city or a flag. ``hidden`` are those whose values are written nowhere: passwords. ``worlds`` are those of a
    twin that the run has for itself. ``synced``: what is written is on disk before the next request; otherwise only the
    names of worlds are, which all else goes with.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        tag: str,
        api: str,
        address: str = "",
        telling: Mapping[str, frozenset[str]] | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.hidden = hidden
        self.path, self.tag, self.api, self.address = path, tag, api, address
        self.worlds: list[str] = []
        self.synced = True
        self.telling: Mapping[str, frozenset[str]] = telling or {}
        self.entries: list[Entry] = []
        self._file: IO[bytes] | None = None
        self._owned: Counter[str] = Counter()
        self._claimed: set[str] = set()
        self._foreign: set[str] = set()
        self._leased: set[str] = set()
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = path.open("ab")
            except OSError as error:
                raise LedgerError(f"{path}: {error.strerror or error}") from error
            self._write({"run": tag, "api": api, "target": address})

    def carry_on(self, file: Path) -> None:
        """Write on in the file it was read from; raises ``LedgerError``."""
        try:
            content = file.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            with file.open("r+b") as cut:
                cut.truncate(len(whole))  # the end of a line that was being written when the run was killed
            self._file, self.path = file.open("ab"), file
        except OSError as error:
            raise LedgerError(f"{file}: {error.strerror or error}") from error

    def enter(self, world: str) -> None:
        """The run is about to get a world of the twin for itself."""
        self.worlds.append(world)
        self._write({"enter": world})

    def leave(self, world: str) -> None:
        """A world of the run is no more, or never was."""
        self.worlds.remove(world)
        self._write({"leave": world})

    def intend(self, resource: str, values: Mapping[str, Any]) -> Entry:
        """Something is about to be made, or to get a new name: written, and on disk where ``synced``."""
        entry = Entry(len(self.entries), resource)
        entry.take(values)
        self.entries.append(entry)
        self._own(entry, values)
        self._claimed.difference_update(self._telling(resource, values))
        self._write({"intend": entry.number, "resource": resource, "values": self._written(values)})
        return entry

    def know(self, entry: Entry, values: Mapping[str, Any]) -> None:
        """The target has told more about a thing, such as its id; also used before a change of name is sent."""
        entry.take(values)
        self._own(entry, values)
        self._write({"know": entry.number, "values": self._written(values)})

    def claim(self, value: str, of: str = "") -> None:
        """A made-up id that nothing in the world has: a request that names it reaches nobody's thing."""
        self._claimed.add(told(value, of))

    def lease(self, value: str, of: str) -> None:
        """Something of others that the run may hang its things on, and nothing else."""
        self._leased.add(told(value, of))

    def leases(self, value: str, of: str) -> bool:
        """Whether things may be hung on what a value names."""
        return told(value, of) in self._leased

    def disown(self, entry: Entry) -> None:
        """The target refused to make it: whatever has these values now is somebody else's, or was there before."""
        for value in self._telling(entry.resource, entry.values):
            self._owned[value] -= 1
        entry.gone = True
        self._write({"disown": entry.number})

    def tell_gone(self, entry: Entry) -> None:
        """A thing of the run is no more. Its values stay the run's own: they are asked for again to see it gone."""
        entry.gone = True
        self._write({"gone": entry.number})

    def standing(self) -> Iterator[Entry]:
        """What is not known to be gone, youngest first: the order in which to remove."""
        return (one for one in reversed(self.entries) if not one.gone)

    def owns(self, value: str, of: str = "") -> bool:
        """Whether a value names something of the run: by the run's tag, or as one the ledger has written down.

        ``of`` is the resource it names a thing of: a number says nothing without it.
        """
        text = told(value, of)
        known = self._owned[text] > 0 or text in self._claimed
        return text not in self._foreign and (known or carries(self.tag, value))

    def may_name(self, value: str, of: str = "") -> bool:
        """Whether something may get a name: one that begins with the run's tag, or that nobody has."""
        return self.owns(value, of) or (begins(self.tag, value) and told(value, of) not in self._foreign)

    def is_foreign(self, resource: str, item: Mapping[str, Any]) -> bool:
        """Whether something has a value that tells of what was there before the run."""
        return any(value in self._foreign for value in self._telling(resource, item))

    def respect(self, resource: str, item: Mapping[str, Any]) -> None:
        """Something was there before the run: what it is known by never is the run's, whatever answers say later."""
        self._foreign.update(self._telling(resource, item))

    def _own(self, entry: Entry, values: Mapping[str, Any]) -> None:
        self._owned.update(self._telling(entry.resource, values))

    def _telling(self, resource: str, values: Mapping[str, Any]) -> Iterator[str]:
        names = self.telling.get(resource, frozenset())
        texts = (value for name, value in values.items() if name in names and isinstance(value, str) and value)
        return (told(value, resource) for value in texts)

    def _written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in self.hidden}

    def _write(self, record: Mapping[str, Any]) -> None:
        if self._file is None:
            return
        self._file.write(orjson.dumps(record, default=str) + b"\n")
        self._file.flush()
        if self.synced or "enter" in record:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def told(value: str, of: str) -> str:
    """A value in the form in which it names a thing: of a resource where it is a mere number, without case else."""
    return f"{of} {value}" if value.isdecimal() else value.lower()


def read_ledger(path: Path, telling: Mapping[str, frozenset[str]] | None = None) -> Ledger:
    """A ledger left by an earlier run, the last line half written or not; raises ``LedgerError``."""
    try:
        lines = path.read_bytes().splitlines()
        head = orjson.loads(lines[0])
        ledger = Ledger(None, tag=head["run"], api=head["api"], address=head.get("target", ""), telling=telling)
    except (OSError, IndexError, KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise LedgerError(f"{path}: not a ledger ({error})") from error
    for number, line in enumerate(lines[1:], start=2):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if number == len(lines):
                break
            raise LedgerError(f"{path}:{number}: not a line of a ledger ({error})") from error
        try:
            _replay(ledger, record)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise LedgerError(f"{path}:{number}: not a line of a ledger ({error!r})") from error
    return ledger


def _replay(ledger: Ledger, record: Mapping[str, Any]) -> None:
    if "intend" in record:
        ledger.intend(record["resource"], record["values"])
    elif "know" in record:
        ledger.know(ledger.entries[record["know"]], record["values"])
    elif "disown" in record:
        ledger.disown(ledger.entries[record["disown"]])
    elif "enter" in record:
        ledger.enter(record["enter"])
    elif "leave" in record:
        ledger.leave(record["leave"])
    elif "gone" in record:
        ledger.tell_gone(ledger.entries[record["gone"]])
