"""What an operator can look at: health, settings, clock, journal, event log and raw state, as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from mockserver.kernel.clock import Clock
from mockserver.kernel.engine import Engine
from mockserver.kernel.journal import MASK, Journal
from mockserver.kernel.worlds import Worlds

#: Parts of names of attributes that hold credentials, however they are kept.
SECRET_PARTS = ("password", "secret", "salt", "token_key", "credential")


class Views:
    """Read-only looks at a running twin."""

    def __init__(self, *, engines: Mapping[str, Engine], worlds: Worlds, journal: Journal) -> None:
        self._engines, self._worlds, self._journal = engines, worlds, journal

    def health(self) -> dict[str, Any]:
        """That the twin runs, and what it runs."""
        apis = {name: len(engine.promise.operations) for name, engine in self._engines.items()}
        return {"status": "ok", "apis": apis, "worlds": len(self._worlds.names())}

    def settings(self, world: str) -> dict[str, Any]:
        """Every setting of every API in a world, credentials masked."""
        with self._worlds.transaction(world) as store:
            return {name: _plain(engine.settings.values(store)) for name, engine in self._engines.items()}

    def clock(self, world: str) -> dict[str, Any]:
        """A world's time, and whether it stands still."""
        with self._worlds.transaction(world) as store:
            clock = Clock(store=store)
            return {"now": clock.now().isoformat(), "frozen": clock.state().frozen is not None}

    def journal(self, world: str, limit: int) -> dict[str, Any]:
        """The last exchanges, oldest first."""
        self._worlds.check(world)
        entries = list(self._journal.entries(world))
        return {"entries": [entry.shown() for entry in entries[-limit:] if limit]}

    def events(self, world: str) -> dict[str, Any]:
        """The product's own event log, told from the journal."""
        self._worlds.check(world)
        entries = list(self._journal.entries(world))
        return {
            name: [line for entry in entries if entry.api == name for line in engine.api.events(entry)]
            for name, engine in self._engines.items()
        }

    def diff(self, world: str, other: str) -> dict[str, Any]:
        """What differs between two worlds, by kind: keys ``added`` and ``removed``, and ``changed`` attributes by key,
        each as the pair of its values, credentials masked."""
        return {
            kind: {
                **found,
                "changed": {
                    key: {name: [_plain(value, name) for value in pair] for name, pair in attributes.items()}
                    for key, attributes in found["changed"].items()
                },
            }
            for kind, found in self._worlds.diff(world, other).items()
        }

    def state(self, world: str) -> dict[str, Any]:
        """Every row of a world by kind, credentials masked."""
        self._worlds.check(world)
        return {kind: [_plain(row) for row in rows] for kind, rows in self._worlds.dump(world).items()}


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, str | bytes) and value and any(part in name.lower() for part in SECRET_PARTS):
        return MASK
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, name) for item in value]
    return value
