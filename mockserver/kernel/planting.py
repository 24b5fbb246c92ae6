"""Worlds from seeds: every API's seed of one name planted together in one transaction."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mockserver.kernel import seeds
from mockserver.kernel.engine import Engine
from mockserver.kernel.names import nearest
from mockserver.kernel.settings import SettingError
from mockserver.kernel.store.protocol import Transaction
from mockserver.kernel.work import begin
from mockserver.kernel.worlds import Worlds


class Planting:
    """Plants worlds for a set of APIs from the seeds under ``fixtures``."""

    def __init__(self, *, engines: Mapping[str, Engine], worlds: Worlds, fixtures: Path) -> None:
        self._engines, self._worlds, self._fixtures = engines, worlds, fixtures

    def create(self, world: str, *, seed: str, settings: Mapping[str, Any] | None = None) -> None:
        """A new world planted from a seed, with changed settings (``name`` or ``api.name`` -> value).

        Raises ``SeedError``, ``SettingError`` or ``StoreError``; then the world does not exist.
        """
        documents = {name: self._load(engine, seed) for name, engine in self._engines.items()}
        changes = self.assigned(settings or {})

        def plant(store: Transaction) -> None:
            for name, engine in self._engines.items():
                work = begin(store, engine.settings)
                seeds.plant(engine.api, work, documents[name], settings=changes.get(name))

        with _uncollected():
            self._worlds.create(world, plant)

    def assigned(self, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Settings by API: ``api.name`` names its API, a bare name belongs to every API that declares it.

        Raises ``SettingError`` for a name that no API declares, with the nearest of all.
        """
        assigned: dict[str, dict[str, Any]] = {}
        for name, value in settings.items():
            api, dot, rest = name.partition(".")
            if dot and api in self._engines:
                assigned.setdefault(api, {})[rest] = value
                continue
            declaring = [key for key, engine in self._engines.items() if name in engine.settings.defaults]
            if not declaring:
                known = [one for engine in self._engines.values() for one in engine.settings.defaults]
                raise SettingError(f"unknown setting {name!r}{nearest(name, known)}")
            for key in declaring:
                assigned.setdefault(key, {})[name] = value
        return assigned

    def _load(self, engine: Engine, seed: str) -> Mapping[str, Any]:
        return seeds.load(engine.api, seed, directory=self._fixtures)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cyclic garbage, which would go through all rows again and again, and find none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
