"""One unit of work: what a service needs to act on one world within one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from mockserver.kernel.clock import Clock, Ids
from mockserver.kernel.settings import Settings, Value
from mockserver.kernel.store.protocol import Transaction


class Work(NamedTuple):
    """State, time, identities and settings of one world, for the length of one transaction."""

    store: Transaction
    clock: Clock
    ids: Ids
    settings: Mapping[str, Value]

    def chance(self) -> Random:
        """Chance, for what may come out one way or another: a world whose clock stands repeats itself."""
        return Random(f"{self.ids.seed()}:{self.clock.timestamp()}")  # noqa: S311 - no secret


def begin(store: Transaction, settings: Settings) -> Work:
    """The unit of work of one API on an open transaction."""
    return Work(store, Clock(store=store), Ids(store=store), settings.values(store))
