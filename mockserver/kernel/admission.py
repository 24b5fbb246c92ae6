"""Who asks, and whether they may: decided once, and again when anything it was decided from has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockserver.kernel.asked import Asked
from mockserver.kernel.http import Caller
from mockserver.kernel.settings import Settings
from mockserver.kernel.store.witness import Witness
from mockserver.kernel.work import Work, begin

#: Decisions remembered before all are forgotten.
KEPT = 4_096

#: A decision anew; raises the refusal.
Decide = Callable[[Work, Asked], Caller]


class _Decision(NamedTuple):
    """A caller, and what was read to know of them."""

    caller: Caller
    witness: Witness

    def holds(self, work: Work) -> bool:
        """Whether it would be taken again."""
        return work.clock.timestamp() < self.caller.until and self.witness.stands(work.store)


class Admissions:
    """The decisions of one API by world, operation and credential. Refusals are not remembered."""

    def __init__(self, decide: Decide, settings: Settings) -> None:
        self._decide, self._settings = decide, settings
        self._known: dict[tuple[str, str, str | None], _Decision] = {}

    def admit(self, work: Work, asked: Asked) -> Caller:
        """Who asks; raises the refusal."""
        place = (asked.world, asked.compiled.operation.id, asked.credential)
        known = self._known.get(place)
        if known is not None and known.holds(work):
            return known.caller
        witness = Witness(work.store)
        caller = self._decide(begin(witness, self._settings), asked)
        witness.release()
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[place] = _Decision(caller, witness)
        return caller

    def forget(self) -> None:
        """Decide everything again: how it is decided has changed."""
        self._known.clear()
